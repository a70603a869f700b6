-- Outside of a transaction
-- The index of the operations of schedules that have not ended. It is empty after the migration.
-- Locks: none that blocks reads or writes. An index that an interrupted run has left invalid is dropped first. Safe while the previous version runs.

DROP INDEX CONCURRENTLY IF EXISTS "operations_schedule_open";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_schedule_open" ON "operations" USING btree ("schedule_id") WHERE schedule_id is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING');
