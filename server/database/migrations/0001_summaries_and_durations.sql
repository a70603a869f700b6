-- The line about an operation's input and the resource that its input names, and the phase and duration of a step. Existing rows have none.
-- Locks: ACCESS EXCLUSIVE on operations and steps for milliseconds, because nullable columns rewrite nothing. Safe while the previous version
-- runs: it names the columns that it writes.

ALTER TABLE "operations" ADD COLUMN "summary" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "resource_id" text;--> statement-breakpoint
ALTER TABLE "steps" ADD COLUMN "phase" text;--> statement-breakpoint
ALTER TABLE "steps" ADD COLUMN "duration_ms" integer;
