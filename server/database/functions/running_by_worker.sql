-- The attempts of the owner's operations that run now, by worker, of the first `most` operations that are RUNNING or CANCELLING. Uses the partial index
-- that contains only such operations, whatever the statistics of the table say: like `count_active`.
CREATE OR REPLACE FUNCTION running_by_worker(owner text, most integer)
RETURNS TABLE (running_worker uuid, running_total bigint)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
	RETURN QUERY
		SELECT worker_id, count(*)
		FROM (
			SELECT worker_id FROM operations WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') LIMIT most
		) AS running WHERE worker_id IS NOT NULL GROUP BY worker_id;
END
$$;
