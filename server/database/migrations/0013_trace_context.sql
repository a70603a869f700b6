-- The trace context of submits, so that attempts and webhooks can name the trace of the request that caused them.
-- Locks: ACCESS EXCLUSIVE on operations, then on batches, in the order in which a batch is inserted, for milliseconds, because new nullable
-- columns rewrite nothing. Safe while the previous version runs: it names the columns that it writes.

ALTER TABLE "operations" ADD COLUMN "trace_context" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "trace_context" text;
