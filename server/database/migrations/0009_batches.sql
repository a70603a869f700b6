-- Batches, and the deliveries of their ends.
-- Locks: ACCESS EXCLUSIVE on deliveries for milliseconds: the new column is null in all rows, and the constraints are not checked against them.
-- Safe while the previous version runs: its deliveries satisfy the new constraints. It cannot send the end of a batch, of which it makes a failed
-- delivery if it claims one.

CREATE TABLE "batches" (
	"batch_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"created_by" text NOT NULL,
	"created_from" text,
	"accepted" integer NOT NULL,
	"replayed" integer NOT NULL,
	"refused" integer NOT NULL,
	"results" jsonb,
	"webhook" jsonb,
	"completed" integer DEFAULT 0 NOT NULL,
	"completed_with_errors" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"cancelled" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliveries" DROP CONSTRAINT "deliveries_ping";--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "batch_id" uuid;--> statement-breakpoint
CREATE INDEX "batches_open" ON "batches" USING btree ("owner_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "batches_expiry" ON "batches" USING btree ("expires_at") WHERE ended_at is not null;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_batch_event" CHECK (("deliveries"."batch_id" is not null) = ("deliveries"."event" = 'BATCH_COMPLETED')) NOT VALID;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_ping" CHECK (("deliveries"."operation_id" is null and "deliveries"."batch_id" is null) = ("deliveries"."event" = 'PING')) NOT VALID;