-- Outside of a transaction: every statement is of its own, and may be run again after a failure.
-- Finds what has happened lately, for who follows all operations of an owner.
-- Locks: SHARE UPDATE EXCLUSIVE on events, for one reading of the table; writes go on. Safe while the previous version runs.

DROP INDEX CONCURRENTLY IF EXISTS "events_recent";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "events_recent" ON "events" USING brin ("timestamp" timestamptz_minmax_multi_ops) WITH (pages_per_range=32,autosummarize=true);
