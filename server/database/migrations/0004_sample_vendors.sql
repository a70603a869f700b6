-- State of the sample vendors, which stand in where no real ones are configured. Empty for ever where they are.
-- Locks: none on tables that exist. Safe while the previous version runs, which knows nothing of these.

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
