-- Webhooks: who is told, what is sent, how it went.
-- Locks: ACCESS EXCLUSIVE on operations for an instant; no table is rewritten or scanned, and the indexes are those of new tables.
-- Safe while the previous version runs: it names its columns. What it writes is told to nobody: an event that one of its
-- processes writes while both run reaches no webhook.

CREATE TABLE "deliveries" (
	"delivery_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"operation_id" uuid,
	"receiver_id" uuid,
	"target" text NOT NULL,
	"sequence" integer NOT NULL,
	"event" text NOT NULL,
	"status" text,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"state" text DEFAULT 'PENDING' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"give_up_at" timestamp (3) with time zone NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"outcome" text,
	"status_class" text,
	"finished_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_once" UNIQUE("operation_id","sequence","target"),
	CONSTRAINT "deliveries_state" CHECK ("deliveries"."state" in ('PENDING', 'DELIVERED', 'FAILED', 'BLOCKED')),
	CONSTRAINT "deliveries_finished" CHECK (("deliveries"."finished_at" is null) = ("deliveries"."state" = 'PENDING')),
	CONSTRAINT "deliveries_told" CHECK (("deliveries"."operation_id" is null) = ("deliveries"."event" = 'PING')),
	CONSTRAINT "deliveries_locked" CHECK ("deliveries"."locked_until" is null or "deliveries"."state" = 'PENDING')
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"delivery_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"outcome" text NOT NULL,
	"status_class" text,
	CONSTRAINT "delivery_attempts_delivery_id_attempt_pk" PRIMARY KEY("delivery_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "webhook_receivers" (
	"receiver_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"url" text NOT NULL,
	"events" jsonb NOT NULL,
	"description" text,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_secret_until" timestamp (3) with time zone,
	"disabled_at" timestamp (3) with time zone,
	"disabled_reason" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_receivers_previous" CHECK (("webhook_receivers"."previous_secret" is null) = ("webhook_receivers"."previous_secret_until" is null)),
	CONSTRAINT "webhook_receivers_disabled" CHECK (("webhook_receivers"."disabled_at" is null) = ("webhook_receivers"."disabled_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "webhook_targets" (
	"target" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"open_until" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "webhook" jsonb;--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("target","due_at") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "deliveries_pings" ON "deliveries" USING btree ("created_at") WHERE operation_id is null;--> statement-breakpoint
CREATE INDEX "webhook_receivers_owner" ON "webhook_receivers" USING btree ("owner_id","receiver_id");