-- Outside of a transaction: every statement is of its own, and may be run again after a failure.
-- Indexes of operations, built while reads and writes go on, and the constraints of the migration before this one, validated.
-- Locks: SHARE UPDATE EXCLUSIVE. Safe while the previous version runs, which loses an index that served its due starts:
-- until it is gone, those take a scan of the waiting operations.

ALTER TABLE "operations" VALIDATE CONSTRAINT "operations_turn";
--> statement-breakpoint
ALTER TABLE "operations" VALIDATE CONSTRAINT "operations_held";
--> statement-breakpoint
ALTER TABLE "operations" VALIDATE CONSTRAINT "operations_intended_end";
--> statement-breakpoint
ALTER TABLE "operations" VALIDATE CONSTRAINT "operations_owes_undo";
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_unwinding";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_unwinding" ON "operations" USING btree ("turn_at") WHERE status = 'CANCELLING' and turn_at is not null;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_expiry";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_expiry" ON "operations" USING btree ("expires_at") WHERE expires_at is not null;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_due";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_due" ON "operations" USING btree ("due_at") WHERE status = 'PENDING' and turn_at is null;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_worker";
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_deadline";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_deadline" ON "operations" USING btree ("deadline_at") WHERE status = 'PENDING';
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_list_status";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_list_status" ON "operations" USING btree ("owner_id","status","operation_id") WHERE status in ('PENDING', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED');
