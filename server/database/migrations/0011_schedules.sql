-- Schedules and their runs.
-- Locks: none on existing tables. Safe while the previous version runs: it does not use the new tables, and no schedule fires without a worker of
-- this version.

CREATE TABLE "schedule_runs" (
	"schedule_id" uuid NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"manual" boolean DEFAULT false NOT NULL,
	"fired_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"outcome" text NOT NULL,
	"operation_id" uuid,
	"code" text,
	CONSTRAINT "schedule_runs_schedule_id_due_at_manual_pk" PRIMARY KEY("schedule_id","due_at","manual"),
	CONSTRAINT "schedule_runs_outcome" CHECK ("schedule_runs"."outcome" in ('STARTED', 'SKIPPED', 'MISSED', 'REFUSED')),
	CONSTRAINT "schedule_runs_operation" CHECK (("schedule_runs"."operation_id" is not null) = ("schedule_runs"."outcome" = 'STARTED')),
	CONSTRAINT "schedule_runs_code" CHECK (("schedule_runs"."code" is not null) = ("schedule_runs"."outcome" = 'REFUSED'))
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"schedule_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text,
	"cron" text,
	"interval_seconds" integer,
	"time_zone" text NOT NULL,
	"start_at" timestamp (3) with time zone,
	"end_at" timestamp (3) with time zone,
	"anchor_at" timestamp (3) with time zone NOT NULL,
	"jitter_seconds" integer NOT NULL,
	"overlap_policy" text NOT NULL,
	"catch_up" text NOT NULL,
	"catch_up_window_seconds" integer NOT NULL,
	"type" text NOT NULL,
	"operation" jsonb NOT NULL,
	"path_names" jsonb NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"due_at" timestamp (3) with time zone,
	"fire_at" timestamp (3) with time zone,
	"runs" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedules_timing" CHECK (("schedules"."cron" is null) <> ("schedules"."interval_seconds" is null)),
	CONSTRAINT "schedules_overlap_policy" CHECK ("schedules"."overlap_policy" in ('QUEUE', 'SKIP', 'CANCEL_PREVIOUS')),
	CONSTRAINT "schedules_catch_up" CHECK ("schedules"."catch_up" in ('NONE', 'LAST', 'ALL')),
	CONSTRAINT "schedules_due" CHECK (("schedules"."fire_at" is null) = ("schedules"."due_at" is null) and ("schedules"."due_at" is null or not "schedules"."paused"))
);
--> statement-breakpoint
CREATE INDEX "schedule_runs_fired" ON "schedule_runs" USING btree ("fired_at");--> statement-breakpoint
CREATE INDEX "schedules_fire" ON "schedules" USING btree ("fire_at","type","owner_id") WHERE fire_at is not null;--> statement-breakpoint
CREATE INDEX "schedules_list" ON "schedules" USING btree ("owner_id","schedule_id");
