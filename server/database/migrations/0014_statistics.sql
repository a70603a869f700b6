-- Counts of ended operations. Operations that have ended before are not counted.
-- Locks: none on existing tables. Safe while the previous version runs: it does not use the new tables, and does not count what it ends.

CREATE TABLE "operation_counts" (
	"owner_id" text NOT NULL,
	"period" smallint NOT NULL,
	"minute" integer NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"code" text NOT NULL,
	"ended" bigint NOT NULL,
	"queue_buckets" bigint[],
	"run_buckets" bigint[],
	CONSTRAINT "operation_counts_owner_id_period_minute_type_status_code_pk" PRIMARY KEY("owner_id","period","minute","type","status","code")
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
--> statement-breakpoint
CREATE TABLE "operation_ends" (
	"owner_id" text NOT NULL,
	"end_id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "operation_ends_id" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 32),
	"minute" integer NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"code" text NOT NULL,
	"ended" integer NOT NULL,
	"queue_buckets" smallint[],
	"run_buckets" smallint[],
	CONSTRAINT "operation_ends_owner_id_end_id_pk" PRIMARY KEY("owner_id","end_id")
) WITH (autovacuum_vacuum_scale_factor = 0.01);
--> statement-breakpoint
CREATE INDEX "operation_counts_age" ON "operation_counts" USING btree ("period","minute");