-- Callbacks that the sample vendors of a screening still have to make.
-- Locks: none on existing tables. Safe while the previous version runs, which does not use the table.

CREATE TABLE "sample_callbacks" (
	"vendor" text NOT NULL,
	"key" text NOT NULL,
	"url" text NOT NULL,
	"body" jsonb NOT NULL,
	"calls" integer NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sample_callbacks_vendor_key_pk" PRIMARY KEY("vendor","key")
);
