-- Outside of a transaction
-- The indexes of operations that wait for dependencies, or are to end because of one. Both are empty after the migration.
-- Locks: none that blocks reads or writes. An index that an interrupted run has left invalid is dropped first. Safe while the previous version runs.

DROP INDEX CONCURRENTLY IF EXISTS "operations_dependent";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_dependent" ON "operations" USING btree ("operation_id") WHERE open_dependencies is not null and status = 'PENDING';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_failed_dependency";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_failed_dependency" ON "operations" USING btree ("operation_id") WHERE failed_dependency is not null and status = 'PENDING' and turn_at is null;
