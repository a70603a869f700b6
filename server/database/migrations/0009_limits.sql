-- What credentials have used of their limits, and how many streams they have open. Unlogged: a server that crashed begins to count anew.
-- Locks: none but on what it makes. Safe while the previous version runs, which knows none of it.

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
) WITH (fillfactor=50);
