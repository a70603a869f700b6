-- Outside of a transaction
-- The indexes of concurrency keys, batches and schedules. All are empty after the migration.
-- Locks: none that blocks reads or writes. An index that an interrupted run has left invalid is dropped first. Safe while the previous version runs.

DROP INDEX CONCURRENTLY IF EXISTS "operations_key_turn";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_key_turn" ON "operations" USING btree ("owner_id","concurrency_key","key_turn_at","operation_id") WHERE key_turn_at is not null and turn_at is null and status = 'PENDING';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_key";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_key" ON "operations" USING btree ("owner_id","concurrency_key") WHERE concurrency_key is not null and (turn_at is not null or status in ('RUNNING', 'CANCELLING'));--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_batch";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_batch" ON "operations" USING btree ("batch_id","operation_id") WHERE batch_id is not null;--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_batch_open";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_batch_open" ON "operations" USING btree ("batch_id") WHERE batch_id is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING');--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_schedule";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_schedule" ON "operations" USING btree ("schedule_id","operation_id") WHERE schedule_id is not null;
