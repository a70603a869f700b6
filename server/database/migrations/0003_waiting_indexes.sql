-- Outside of a transaction
-- The indexes of operations that wait. operations_open_target replaces operations_webhook_target, whose rows it contains.
-- Locks: none that blocks reads or writes. An index that an interrupted run has left invalid is dropped first. Safe while the previous version
-- runs: its conditions imply that of operations_open_target, so its queries use the new index.

DROP INDEX CONCURRENTLY IF EXISTS "operations_waiting";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_waiting" ON "operations" USING btree ("owner_id","operation_id") WHERE status = 'WAITING';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_wait_due";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_wait_due" ON "operations" USING btree ("due_at") WHERE status = 'WAITING';--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_open_target";--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_open_target" ON "operations" USING btree ("owner_id",webhook_target(owner_id, webhook ->> 'url')) WHERE webhook is not null and status in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING');--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_webhook_target";
