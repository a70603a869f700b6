-- What the engine needs: steps, what is left of operations that have gone, and columns that say how an operation will go on.
-- Locks: ACCESS EXCLUSIVE on operations, events and workers for an instant each; no table is rewritten or scanned (the new
-- constraints are validated by the next migration, which lets reads and writes go on).
-- Safe while the previous version runs: it names its columns, and writes none that is new.

CREATE TABLE "discards" (
	"storage_key" text PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "durations" (
	"type" text PRIMARY KEY NOT NULL,
	"typical_seconds" double precision NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"state" text NOT NULL,
	"undoable" boolean NOT NULL,
	"fence" integer NOT NULL,
	"result" jsonb,
	CONSTRAINT "steps_operation_id_name_pk" PRIMARY KEY("operation_id","name"),
	CONSTRAINT "steps_state" CHECK ("steps"."state" in ('STARTED', 'DONE', 'UNDONE', 'UNDO_FAILED'))
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"operation_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"expired_at" timestamp (3) with time zone NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "operations" DROP CONSTRAINT "operations_turn_pending";
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_operation_id_operations_operation_id_fk";
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "intended_end" jsonb;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "crashes" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "alone" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "retry_of" uuid;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "retried_by" uuid;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "due_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "workers" ADD COLUMN "turn_owner" text DEFAULT '' NOT NULL;
--> statement-breakpoint
CREATE INDEX "discards_due" ON "discards" USING btree ("due_at");
--> statement-breakpoint
CREATE INDEX "tombstones_forgotten" ON "tombstones" USING btree ("forgotten_at");
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_turn" CHECK ("operations"."turn_at" is null or "operations"."status" in ('PENDING', 'CANCELLING')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_held" CHECK ("operations"."worker_id" is null or "operations"."status" in ('RUNNING', 'CANCELLING')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_intended_end" CHECK ("operations"."intended_end" is null or "operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING', 'FAILED')) NOT VALID;
