-- The targets of all owners that have a delivery due now. Per owner at most `sends` targets and, of those whose last attempt failed, at most
-- `retries`, chosen at random.
--
-- The cost per owner is bounded: one index entry tells when its next delivery is due; then the 100 deliveries that have been due longest are
-- read. If there are 100, all of them may belong to targets that must not be sent to now, so the next 64 targets of the owner are searched as
-- well, starting after its target in `walked`. For such an owner there is a row without a target, with the position for the next call.
--
-- Each query gets its order from one index: the planner, which has no statistics of a table that has just grown, could otherwise filter
-- another index.
CREATE OR REPLACE FUNCTION due_targets(busy_owners text[], busy_targets text[], walked jsonb, sends integer, retries integer)
RETURNS TABLE (due_owner text, due_target text, failing boolean, half_open boolean, walked_to text)
LANGUAGE plpgsql STABLE ROWS 100
-- Planning for each owner would take longer than the search, and without statistics the planner may read the whole table.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_sort = off
SET enable_incremental_sort = off
AS $$
DECLARE
	longest_due CONSTANT integer := 100;
	walked_targets CONSTANT integer := 64;
	owner text := '';
	next_at timestamptz;
	found_due integer;
	found_targets text[];
	walk text;
	walked_owner text;
BEGIN
	LOOP
		SELECT owner_id, due_at INTO owner, next_at FROM deliveries
			WHERE state = 'PENDING' AND owner_id > owner ORDER BY owner_id, due_at LIMIT 1;
		EXIT WHEN owner IS NULL;
		CONTINUE WHEN next_at > now() OR owner = ANY (busy_owners);
		SELECT count(*), array_agg(DISTINCT target) INTO found_due, found_targets FROM (
			SELECT target FROM deliveries
			WHERE state = 'PENDING' AND owner_id = owner AND due_at <= now() AND (locked_until IS NULL OR locked_until <= now())
			ORDER BY due_at LIMIT longest_due
		) AS first;
		CONTINUE WHEN found_due = 0;
		IF found_due = longest_due THEN
			walk := coalesce(walked ->> owner, '');
			FOR step IN 1..walked_targets LOOP
				SELECT owner_id, target INTO walked_owner, walk FROM deliveries
					WHERE state = 'PENDING' AND (owner_id, target) > (owner, walk) ORDER BY owner_id, target LIMIT 1;
				IF walked_owner IS DISTINCT FROM owner THEN
					walk := '';
					EXIT;
				END IF;
				found_targets := found_targets || walk;
			END LOOP;
			RETURN QUERY SELECT owner, NULL::text, false, false, walk;
		END IF;
		RETURN QUERY
			SELECT owner, target, has_failed, is_open, NULL::text FROM (
				SELECT target, has_failed, is_open, row_number() OVER (PARTITION BY has_failed ORDER BY random()) AS place
				FROM (SELECT DISTINCT unnest(found_targets)) AS found (target)
				CROSS JOIN LATERAL (
					SELECT coalesce(max(failures), 0) > 0 AS has_failed, max(open_until) IS NOT NULL AS is_open,
						coalesce(max(open_until) <= now(), true) AS allowed
					FROM webhook_targets WHERE webhook_targets.target = found.target
				) AS breaker
				CROSS JOIN LATERAL (
					SELECT FROM deliveries
					WHERE state = 'PENDING' AND deliveries.target = found.target AND due_at <= now()
						AND (locked_until IS NULL OR locked_until <= now())
					ORDER BY due_at LIMIT 1
				) AS due
				WHERE allowed AND target <> ALL (busy_targets)
			) AS ready
			WHERE place <= CASE WHEN has_failed THEN retries ELSE sends END;
	END LOOP;
END
$$;
