-- The number of targets of an owner's webhooks, at most `most`: those of operations that have not ended and of pending deliveries. Registered
-- receivers and pings are excluded: their target is not a URL.
CREATE OR REPLACE FUNCTION count_webhook_targets(owner text, most integer)
RETURNS integer LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_sort = off
SET enable_incremental_sort = off
AS $$
DECLARE
	last text := '';
	pending text := '';
	submitted text := '';
	total integer := 0;
BEGIN
	WHILE total < most LOOP
		IF pending <= last THEN
			SELECT CASE owner_id WHEN owner THEN target END INTO pending FROM deliveries
				WHERE state = 'PENDING' AND (owner_id, target) > (owner, last) ORDER BY owner_id, target LIMIT 1;
		END IF;
		IF submitted <= last THEN
			SELECT CASE owner_id WHEN owner THEN webhook_target(owner_id, webhook ->> 'url') END INTO submitted FROM operations
				WHERE webhook IS NOT NULL AND status IN ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')
					AND (owner_id, webhook_target(owner_id, webhook ->> 'url')) > (owner, last)
				ORDER BY owner_id, webhook_target(owner_id, webhook ->> 'url') LIMIT 1;
		END IF;
		last := least(pending, submitted);
		EXIT WHEN last IS NULL;
		total := total + (position('://' IN last) > 0)::integer;
	END LOOP;
	RETURN total;
END
$$;
