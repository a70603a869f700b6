-- Outside of a transaction: every statement is of its own, and may be run again after a failure.
-- Sums up what an owner's uploads and files take, without reading their rows, and counts its operations that have not ended.
-- Locks: SHARE UPDATE EXCLUSIVE on files and uploads, for one reading of each; writes go on. Safe while the previous version runs,
-- which keeps the indexes up to date and does not read them.

DROP INDEX CONCURRENTLY IF EXISTS "files_owner";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "files_owner" ON "files" USING btree ("owner_id","size_bytes");
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "uploads_owner";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "uploads_owner" ON "uploads" USING btree ("owner_id","size_bytes");
--> statement-breakpoint
-- How many operations of an owner have not ended, at most `most`: by the two partial indexes that hold nothing else. Left to itself the planner
-- may take the index of all of an owner's operations, of which a thousand times as many have ended.
CREATE OR REPLACE FUNCTION count_active(owner text, most integer)
RETURNS integer LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	waiting integer;
	running integer;
BEGIN
	SELECT count(*) INTO waiting FROM (
		SELECT FROM operations WHERE owner_id = owner AND status = 'PENDING' LIMIT most
	) AS counted;
	SELECT count(*) INTO running FROM (
		SELECT FROM operations WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') LIMIT most - waiting
	) AS counted;
	RETURN waiting + running;
END
$$;
