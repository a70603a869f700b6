-- All tables and indexes. By hand: UNLOGGED (rows that may be lost when the server crashes) and storage parameters, which drizzle-kit does not
-- write. The functions are in ../functions.
-- Locks: none, because everything is new. Safe while a previous version runs: there is none.

CREATE UNLOGGED TABLE "claim_marks" (
	"owner_id" text PRIMARY KEY NOT NULL,
	"turn_from" timestamp (6) with time zone,
	"running_from" uuid,
	"until" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"owner_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"name" text NOT NULL,
	"segment" text NOT NULL,
	CONSTRAINT "customers_owner_id_customer_id_pk" PRIMARY KEY("owner_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "discards" (
	"storage_key" text PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"owner_id" text,
	"reserved_bytes" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "durations" (
	"type" text PRIMARY KEY NOT NULL,
	"typical_seconds" double precision NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- Events are inserted and deleted, never updated: full pages.
CREATE TABLE "events" (
	"operation_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"event" text NOT NULL,
	"timestamp" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"actor" text NOT NULL,
	"address" text,
	"reason" text,
	"progress" jsonb,
	"data" jsonb,
	CONSTRAINT "events_operation_id_sequence_pk" PRIMARY KEY("operation_id","sequence")
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
--> statement-breakpoint
CREATE TABLE "files" (
	"file_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"owner_id" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"operation_id" uuid NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_owner_id_key_pk" PRIMARY KEY("owner_id","key")
);
--> statement-breakpoint
-- An operation is updated several times. Free space in its page makes updates of columns without an index (progress) HOT updates. Vacuum runs
-- after 1 % of dead rows: with the default of 20 % the indexes of the queue would grow.
CREATE TABLE "operations" (
	"operation_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"type" text NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"max_attempts" integer NOT NULL,
	"priority" text DEFAULT 'NORMAL' NOT NULL,
	"labels" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"input" jsonb NOT NULL,
	"summary" text,
	"resource_id" text,
	"webhook" jsonb,
	"progress" jsonb,
	"result" jsonb,
	"error" jsonb,
	"reason" text,
	"intended_outcome" jsonb,
	"owes_compensation" boolean DEFAULT false NOT NULL,
	"crashes" integer DEFAULT 0 NOT NULL,
	"alone" boolean DEFAULT false NOT NULL,
	"retry_of" uuid,
	"retried_by" uuid,
	"turn_at" timestamp (3) with time zone,
	"start_after" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"worker_id" uuid,
	"last_sequence" integer DEFAULT 0 NOT NULL,
	"created_by" text,
	"created_from" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "operations_status" CHECK ("operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')),
	CONSTRAINT "operations_priority" CHECK ("operations"."priority" in ('LOW', 'NORMAL', 'HIGH')),
	CONSTRAINT "operations_result" CHECK ("operations"."result" is null or "operations"."status" in ('COMPLETED', 'COMPLETED_WITH_ERRORS')),
	CONSTRAINT "operations_error" CHECK (("operations"."error" is not null) = ("operations"."status" = 'FAILED')),
	CONSTRAINT "operations_finished" CHECK (("operations"."finished_at" is not null) = ("operations"."status" in ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'))),
	CONSTRAINT "operations_turn" CHECK ("operations"."turn_at" is null or "operations"."status" in ('PENDING', 'CANCELLING')),
	CONSTRAINT "operations_worker" CHECK ("operations"."worker_id" is null or "operations"."status" in ('RUNNING', 'CANCELLING')),
	CONSTRAINT "operations_owes_compensation" CHECK (not "operations"."owes_compensation" or "operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING')),
	CONSTRAINT "operations_intended_outcome" CHECK ("operations"."intended_outcome" is null or "operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING', 'FAILED'))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"owner_id" text NOT NULL,
	"row_id" bigint NOT NULL,
	"order_id" text NOT NULL,
	"product_id" text NOT NULL,
	"product_name" text NOT NULL,
	"category" text NOT NULL,
	"sub_category" text NOT NULL,
	"sales" numeric(14, 4) NOT NULL,
	"quantity" integer NOT NULL,
	"discount" numeric(5, 4) NOT NULL,
	"profit" numeric(14, 4) NOT NULL,
	CONSTRAINT "order_lines_owner_id_row_id_pk" PRIMARY KEY("owner_id","row_id")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"owner_id" text NOT NULL,
	"order_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"order_date" date NOT NULL,
	"ship_date" date NOT NULL,
	"ship_mode" text NOT NULL,
	"country" text NOT NULL,
	"region" text NOT NULL,
	"state" text NOT NULL,
	"city" text NOT NULL,
	"postal_code" text NOT NULL,
	CONSTRAINT "orders_owner_id_order_id_pk" PRIMARY KEY("owner_id","order_id")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"report_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"operation_id" uuid NOT NULL,
	"report_type" text NOT NULL,
	"format" text NOT NULL,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"filters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"file_id" uuid NOT NULL,
	"size_bytes" bigint NOT NULL,
	"row_count" integer NOT NULL,
	"generated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"state" text NOT NULL,
	"undoable" boolean NOT NULL,
	"attempt" integer NOT NULL,
	"result" jsonb,
	"phase" text,
	"duration_ms" integer,
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
CREATE TABLE "uploads" (
	"upload_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
-- One row per worker, updated by each heartbeat: most of the page is free.
CREATE TABLE "workers" (
	"worker_id" uuid PRIMARY KEY NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_owner" text DEFAULT '' NOT NULL
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0.01);
--> statement-breakpoint
CREATE TABLE "sample_calls" (
	"vendor" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"status" integer,
	"answer" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sample_calls_vendor_key_pk" PRIMARY KEY("vendor","key")
);
--> statement-breakpoint
CREATE TABLE "sample_effects" (
	"vendor" text NOT NULL,
	"key" text NOT NULL,
	"state" text DEFAULT 'NONE' NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"details" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp (3) with time zone,
	"undone_at" timestamp (3) with time zone,
	CONSTRAINT "sample_effects_vendor_key_pk" PRIMARY KEY("vendor","key"),
	CONSTRAINT "sample_effects_state" CHECK ("sample_effects"."state" in ('NONE', 'DONE', 'UNDONE'))
);
--> statement-breakpoint
CREATE TABLE "sample_stock" (
	"warehouse" text NOT NULL,
	"product_id" text NOT NULL,
	"available" integer NOT NULL,
	CONSTRAINT "sample_stock_warehouse_product_id_pk" PRIMARY KEY("warehouse","product_id"),
	CONSTRAINT "sample_stock_available" CHECK ("sample_stock"."available" >= 0)
);
--> statement-breakpoint
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
	CONSTRAINT "deliveries_ping" CHECK (("deliveries"."operation_id" is null) = ("deliveries"."event" = 'PING')),
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
CREATE TABLE "api_keys" (
	"key_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "open_streams" (
	"credential" text NOT NULL,
	"process_id" uuid NOT NULL,
	"open" integer NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "open_streams_credential_process_id_pk" PRIMARY KEY("credential","process_id")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE INDEX "customers_segment" ON "customers" USING btree ("owner_id","segment","customer_id");--> statement-breakpoint
CREATE INDEX "discards_due" ON "discards" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "discards_owner" ON "discards" USING btree ("owner_id","storage_key","reserved_bytes") WHERE owner_id is not null;--> statement-breakpoint
CREATE INDEX "events_log" ON "events" USING btree ("operation_id","sequence") WHERE event = 'log';--> statement-breakpoint
CREATE INDEX "events_recent" ON "events" USING brin ("timestamp" timestamptz_minmax_multi_ops) WITH (pages_per_range=32,autosummarize=true);--> statement-breakpoint
CREATE INDEX "files_operation" ON "files" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "files_expiry" ON "files" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "files_owner" ON "files" USING btree ("owner_id","size_bytes");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "operations_turn" ON "operations" USING btree ("owner_id","type","turn_at") WHERE status = 'PENDING' and turn_at is not null;--> statement-breakpoint
CREATE INDEX "operations_due" ON "operations" USING btree ("due_at") WHERE status = 'PENDING' and turn_at is null;--> statement-breakpoint
CREATE INDEX "operations_compensation" ON "operations" USING btree ("turn_at") WHERE status = 'CANCELLING' and turn_at is not null;--> statement-breakpoint
CREATE INDEX "operations_running" ON "operations" USING btree ("owner_id","operation_id") WHERE status in ('RUNNING', 'CANCELLING');--> statement-breakpoint
CREATE INDEX "operations_deadline" ON "operations" USING btree ("deadline_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "operations_expiry" ON "operations" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE INDEX "operations_webhook_target" ON "operations" USING btree ("owner_id",webhook_target(owner_id, webhook ->> 'url')) WHERE webhook is not null and status in ('PENDING', 'RUNNING', 'CANCELLING');--> statement-breakpoint
CREATE INDEX "operations_list" ON "operations" USING btree ("owner_id","operation_id");--> statement-breakpoint
CREATE INDEX "operations_list_status" ON "operations" USING btree ("owner_id","status","operation_id") WHERE status in ('PENDING', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED');--> statement-breakpoint
CREATE INDEX "operations_list_type" ON "operations" USING btree ("owner_id","type","operation_id");--> statement-breakpoint
CREATE INDEX "order_lines_order_row" ON "order_lines" USING btree ("owner_id","order_id","row_id");--> statement-breakpoint
CREATE INDEX "orders_date" ON "orders" USING btree ("owner_id","order_date","order_id");--> statement-breakpoint
CREATE INDEX "orders_customer_date" ON "orders" USING btree ("owner_id","customer_id","order_date","order_id");--> statement-breakpoint
CREATE INDEX "reports_operation" ON "reports" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "tombstones_forgotten" ON "tombstones" USING btree ("forgotten_at");--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "uploads" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "uploads_owner" ON "uploads" USING btree ("owner_id","size_bytes");--> statement-breakpoint
CREATE INDEX "deliveries_owner_due" ON "deliveries" USING btree ("owner_id","due_at") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "deliveries_owner_target" ON "deliveries" USING btree ("owner_id","target") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("target","due_at") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "deliveries_overdue" ON "deliveries" USING btree ("give_up_at") WHERE state = 'PENDING' and event <> 'PING';--> statement-breakpoint
CREATE INDEX "deliveries_pings" ON "deliveries" USING btree ("created_at") WHERE operation_id is null;--> statement-breakpoint
CREATE INDEX "webhook_receivers_owner" ON "webhook_receivers" USING btree ("owner_id","receiver_id");--> statement-breakpoint
CREATE INDEX "webhook_targets_updated" ON "webhook_targets" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "api_keys_owner" ON "api_keys" USING btree ("owner_id","key_id");--> statement-breakpoint
CREATE INDEX "api_keys_prefix" ON "api_keys" USING btree ("prefix");
