-- Concurrency keys, dependencies, batches and schedules of operations.
-- Locks: ACCESS EXCLUSIVE on operations for milliseconds, because the new columns rewrite nothing and the constraints are not checked against
-- existing rows, in which all of these columns are null. Safe while the previous version runs: it names the columns that it writes.

CREATE TABLE "dependencies" (
	"operation_id" uuid NOT NULL,
	"depends_on" uuid NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "dependencies_operation_id_depends_on_pk" PRIMARY KEY("operation_id","depends_on")
);
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "concurrency_key" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "concurrency_limit" integer;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "key_turn_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "dependency_policy" text;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "open_dependencies" integer;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "failed_dependency" uuid;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "batch_id" uuid;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "scheduled_for" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "dependencies_depends_on" ON "dependencies" USING btree ("depends_on","operation_id");--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_key" CHECK (("operations"."concurrency_limit" is null) = ("operations"."concurrency_key" is null)
        and ("operations"."key_turn_at" is null or "operations"."concurrency_key" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_dependencies" CHECK ("operations"."open_dependencies" is null or ("operations"."open_dependencies" > 0 and "operations"."dependency_policy" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_schedule" CHECK (("operations"."scheduled_for" is null) = ("operations"."schedule_id" is null)) NOT VALID;
