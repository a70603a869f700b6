-- The first tables. Takes no lock that anybody could wait for: everything is new.
-- Safe while a previous version runs: there is none.

CREATE TABLE "customers" (
	"owner_id" text NOT NULL,
	"customer_id" text NOT NULL,
	"name" text NOT NULL,
	"segment" text NOT NULL,
	CONSTRAINT "customers_owner_id_customer_id_pk" PRIMARY KEY("owner_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"operation_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"event" text NOT NULL,
	"timestamp" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"actor" text NOT NULL,
	"reason" text,
	"progress" jsonb,
	"data" jsonb,
	CONSTRAINT "events_operation_id_sequence_pk" PRIMARY KEY("operation_id","sequence")
);
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
	"progress" jsonb,
	"result" jsonb,
	"error" jsonb,
	"reason" text,
	"turn_at" timestamp (3) with time zone,
	"start_after" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"worker_id" uuid,
	"last_sequence" integer DEFAULT 0 NOT NULL,
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
	CONSTRAINT "operations_turn_pending" CHECK ("operations"."turn_at" is null or "operations"."status" = 'PENDING')
);
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
CREATE TABLE "workers" (
	"worker_id" uuid PRIMARY KEY NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_operation_id_operations_operation_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("operation_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "files_operation" ON "files" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "files_expiry" ON "files" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "operations_turn" ON "operations" USING btree ("owner_id","type","turn_at") WHERE status = 'PENDING' and turn_at is not null;--> statement-breakpoint
CREATE INDEX "operations_due" ON "operations" USING btree ("start_after") WHERE status = 'PENDING' and turn_at is null;--> statement-breakpoint
CREATE INDEX "operations_running" ON "operations" USING btree ("owner_id") WHERE status in ('RUNNING', 'CANCELLING');--> statement-breakpoint
CREATE INDEX "operations_worker" ON "operations" USING btree ("worker_id") WHERE status in ('RUNNING', 'CANCELLING');--> statement-breakpoint
CREATE INDEX "operations_deadline" ON "operations" USING btree ("deadline_at") WHERE status in ('PENDING', 'RUNNING', 'CANCELLING');--> statement-breakpoint
CREATE INDEX "operations_list" ON "operations" USING btree ("owner_id","operation_id");--> statement-breakpoint
CREATE INDEX "operations_list_status" ON "operations" USING btree ("owner_id","status","operation_id");--> statement-breakpoint
CREATE INDEX "operations_list_type" ON "operations" USING btree ("owner_id","type","operation_id");--> statement-breakpoint
CREATE INDEX "order_lines_order" ON "order_lines" USING btree ("owner_id","order_id");--> statement-breakpoint
CREATE INDEX "orders_date" ON "orders" USING btree ("owner_id","order_date","order_id");--> statement-breakpoint
CREATE INDEX "orders_customer" ON "orders" USING btree ("owner_id","customer_id");--> statement-breakpoint
CREATE INDEX "reports_operation" ON "reports" USING btree ("operation_id");--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "uploads" USING btree ("expires_at");
--> statement-breakpoint
-- Hot tables: room on each page keeps a progress update on its page (HOT), and vacuum comes early, not after a fifth of it.
ALTER TABLE "operations" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
--> statement-breakpoint
ALTER TABLE "events" SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01);
--> statement-breakpoint
ALTER TABLE "workers" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);
