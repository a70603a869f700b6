-- Who did what to an operation, and from which address, for its history.
-- Locks: ACCESS EXCLUSIVE on operations and then, as steps take them, on events, for an instant each; no table is rewritten or scanned.
-- Safe while the previous version runs: it names its columns, and leaves these empty, as they are in rows that are there already.

ALTER TABLE "operations" ADD COLUMN "created_by" text;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "created_from" text;
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "address" text;
