-- What operations with dependencies store besides: their dependencies for reads, and the queue timeout that begins after them.
-- Locks: ACCESS EXCLUSIVE on operations for milliseconds, because the new columns rewrite nothing. Safe while the previous version runs: it
-- names the columns that it writes.

ALTER TABLE "operations" ADD COLUMN "depends_on" jsonb;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "queue_seconds" double precision;
