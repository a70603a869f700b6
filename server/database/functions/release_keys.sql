-- Puts operations that wait for their concurrency key into the queue, as many of each key as its limit admits, in the order of their turns and
-- ids, and returns how many. The arrays have one element for each key; a repeated key is served once. An operation occupies its key while it is in the
-- queue (`turn_at` is set), RUNNING or CANCELLING.
--
-- Every statement that adds a waiting operation or ends the occupation of a key calls this function after its writes. VOLATILE, so that each query
-- inside sees the rows that the statement has written and everything that was committed before the query began. The advisory locks make
-- counting and releasing atomic: of two statements the second one counts what the first one has committed. They are acquired in the order of
-- their numbers, by statements that wait for no row afterwards, so they never deadlock.
--
-- A waiting row that another transaction has locked is skipped: that transaction may be about to wait for the lock of the key. If it then does
-- not change the row, the key stays free until `freeKeys` finds it.
CREATE OR REPLACE FUNCTION release_keys(owners text[], keys text[])
RETURNS integer LANGUAGE plpgsql VOLATILE
-- Planning for each key would take longer than the search.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	pair record;
	free integer;
	changed integer;
	released integer := 0;
BEGIN
	PERFORM pg_advisory_xact_lock(number) FROM (
		SELECT DISTINCT hashtextextended(key, hashtextextended(owner, 7105110104)) AS number
		FROM unnest(owners, keys) AS named (owner, key) ORDER BY 1
	) AS sorted;
	FOR pair IN SELECT DISTINCT owner, key FROM unnest(owners, keys) AS named (owner, key) LOOP
		SELECT first.concurrency_limit - (
				SELECT count(*) FROM (
					SELECT FROM operations
					WHERE owner_id = pair.owner AND concurrency_key = pair.key
						AND concurrency_key IS NOT NULL AND (turn_at IS NOT NULL OR status IN ('RUNNING', 'CANCELLING'))
					LIMIT first.concurrency_limit
				) AS occupying
			) INTO free
			FROM (
				SELECT concurrency_limit FROM operations
				WHERE owner_id = pair.owner AND concurrency_key = pair.key
					AND key_turn_at IS NOT NULL AND turn_at IS NULL AND status = 'PENDING'
				ORDER BY key_turn_at, operation_id LIMIT 1
			) AS first;
		CONTINUE WHEN free IS NULL OR free <= 0;
		UPDATE operations SET turn_at = key_turn_at, key_turn_at = NULL
			WHERE operation_id = ANY (ARRAY(
				SELECT operation_id FROM operations
				WHERE owner_id = pair.owner AND concurrency_key = pair.key
					AND key_turn_at IS NOT NULL AND turn_at IS NULL AND status = 'PENDING'
				ORDER BY key_turn_at, operation_id LIMIT free FOR UPDATE SKIP LOCKED
			));
		GET DIAGNOSTICS changed = ROW_COUNT;
		released := released + changed;
	END LOOP;
	RETURN released;
END
$$;
