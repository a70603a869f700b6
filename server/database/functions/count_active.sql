-- The number of an owner's operations that have not ended, at most `most`. Uses the three partial indexes that contain only such operations: the
-- planner could choose the index of all operations of an owner, of which a thousand times as many have ended.
CREATE OR REPLACE FUNCTION count_active(owner text, most integer)
RETURNS integer LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	queued integer;
	running integer;
	waiting integer;
BEGIN
	SELECT count(*) INTO queued FROM (
		SELECT FROM operations WHERE owner_id = owner AND status = 'PENDING' LIMIT most
	) AS counted;
	SELECT count(*) INTO running FROM (
		SELECT FROM operations WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') LIMIT most - queued
	) AS counted;
	SELECT count(*) INTO waiting FROM (
		SELECT FROM operations WHERE owner_id = owner AND status = 'WAITING' LIMIT most - queued - running
	) AS counted;
	RETURN queued + running + waiting;
END
$$;
