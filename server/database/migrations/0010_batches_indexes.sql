-- Outside of a transaction
-- The index that lets the end of a batch be delivered once to each target. It is empty after the migration.
-- Locks: none that blocks reads or writes. An index that an interrupted run has left invalid is dropped first. Safe while the previous version runs.

DROP INDEX CONCURRENTLY IF EXISTS "deliveries_batch";--> statement-breakpoint
CREATE UNIQUE INDEX CONCURRENTLY "deliveries_batch" ON "deliveries" USING btree ("batch_id","target") WHERE batch_id is not null;
