-- The owner's operations that have not ended, by type and status, of the first `most` of each of PENDING, RUNNING or CANCELLING, and WAITING; and
-- since when the longest waiting one of those in the queue (`turn_at` is set) could have started, which is its turn without the delay of its
-- priority. Uses the partial indexes that contain only such operations, whatever the statistics of the table say: like `count_active`.
CREATE OR REPLACE FUNCTION active_operations(owner text, most integer, delays jsonb)
RETURNS TABLE (active_type text, active_status text, active_total bigint, oldest_due timestamptz)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
	RETURN QUERY
		SELECT counted.type, 'PENDING', sum(counted.total)::bigint,
			min(counted.first_turn - (delays ->> counted.priority)::float8 * interval '1 millisecond')
		FROM (
			SELECT pending.type, priority, count(*) AS total, min(turn_at) AS first_turn
			FROM (
				SELECT type, priority, turn_at FROM operations WHERE owner_id = owner AND status = 'PENDING' LIMIT most
			) AS pending GROUP BY pending.type, priority
		) AS counted GROUP BY counted.type;
	RETURN QUERY
		SELECT type, status, count(*), NULL::timestamptz
		FROM (
			SELECT type, status FROM operations WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') LIMIT most
		) AS running GROUP BY type, status;
	RETURN QUERY
		SELECT type, 'WAITING', count(*), NULL::timestamptz
		FROM (
			SELECT type FROM operations WHERE owner_id = owner AND status = 'WAITING' LIMIT most
		) AS waiting GROUP BY type;
END
$$;
