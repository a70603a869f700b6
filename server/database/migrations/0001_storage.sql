-- Storage of the hot tables. By hand: drizzle-kit knows no storage parameters.
-- Locks: SHARE UPDATE EXCLUSIVE on operations, events and workers, for an instant; reads and writes go on.
-- Safe while the previous version runs. Rows written before keep their place; only new pages leave room.

-- An operation is updated several times in its life. Room in its page makes those that touch no indexed column (progress)
-- HOT updates. Vacuum comes after 1 % of dead rows: the default 20 % would let the queue's indexes swell.
ALTER TABLE "operations" SET (
	fillfactor = 80,
	autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_analyze_scale_factor = 0.01
);
--> statement-breakpoint
-- Events are inserted and deleted, never updated: full pages.
ALTER TABLE "events" SET (
	autovacuum_vacuum_scale_factor = 0.01,
	autovacuum_analyze_scale_factor = 0.01
);
--> statement-breakpoint
-- One row per worker, updated at each heartbeat: the page is mostly room.
ALTER TABLE "workers" SET (fillfactor = 20);
