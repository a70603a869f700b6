-- The status WAITING and what operations wait for.
-- Locks: ACCESS EXCLUSIVE on operations for milliseconds, because the new columns rewrite nothing and the constraints are not checked against
-- existing rows, which satisfy the narrower constraints of before. Safe while the previous version runs: it names the columns that it writes,
-- and starts no operation that waits.

CREATE TABLE "waits" (
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"who" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"body" jsonb,
	"completed_at" timestamp (3) with time zone,
	"completed_by" text,
	CONSTRAINT "waits_operation_id_name_pk" PRIMARY KEY("operation_id","name"),
	CONSTRAINT "waits_kind" CHECK ("waits"."kind" in ('TIMER', 'CALLBACK', 'INPUT')),
	CONSTRAINT "waits_completed" CHECK (("waits"."completed_at" is not null) = ("waits"."body" is not null))
);--> statement-breakpoint
ALTER TABLE "operations" DROP CONSTRAINT "operations_status";--> statement-breakpoint
ALTER TABLE "operations" DROP CONSTRAINT "operations_owes_compensation";--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "completed_waits" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "waits" jsonb;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_waits" CHECK (("operations"."waits" is not null) = ("operations"."status" = 'WAITING')) NOT VALID;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_status" CHECK ("operations"."status" in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')) NOT VALID;--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_owes_compensation" CHECK (not "operations"."owes_compensation" or "operations"."status" in ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')) NOT VALID;
