-- Selects up to `wanted` pending operations for a worker, fairly between owners, and returns their ids. Owners are served round-robin, at most
-- 32 per call, starting after the owner that the worker served last. Each owner gets an equal share of `wanted`, earliest `turn_at` first,
-- within its cap of running operations; a second pass distributes what is left. An operation that waits for its concurrency key has no
-- `turn_at` (see `release_keys`), so keys cost a claim nothing.
--
-- VOLATILE, so that each query inside sees everything that was committed before it: a cap counted in the statement that acquires the lock
-- would read an old snapshot. The advisory lock of each owner makes counting and selecting atomic, and prevents two claims from selecting the
-- same rows, so that no row lock is needed before the update (a row lock costs as much as the search). All claims acquire these locks in the
-- same order, and hold them for the few milliseconds of their statement.
--
-- An index keeps the entry of a claimed row for as long as any transaction might see the row as pending; during a backup or a long report,
-- those are all rows claimed meanwhile. A search that reads more than 1,000 such entries stores a mark in `claim_marks`, and later searches
-- start there. An operation that sorts before a mark (a late commit, a higher priority, a released key, a type that only another worker knows)
-- is found by the next full search: after one second, or after a hundred times the duration of a full search if that is longer.
CREATE OR REPLACE FUNCTION select_pending(worker uuid, wanted integer, known_types text[], owner_cap integer)
RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE ROWS 50
-- Planning for each owner would take longer than the search.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	most_discarded CONSTANT integer := 1000;
	has_marks CONSTANT boolean := EXISTS (SELECT FROM claim_marks);
	previous_owner text;
	owner text;
	marked text;
	owners text[] := '{}';
	free_slots integer[] := '{}';
	free integer;
	share integer;
	pass integer;
	i integer;
	selected uuid[];
	claimed uuid[] := '{}';
	mark claim_marks;
	marks claim_marks[] := '{}';
	mark_changed boolean[] := '{}';
	entries bigint;
	earliest timestamptz;
	lowest uuid;
BEGIN
	SELECT last_owner INTO previous_owner FROM workers WHERE worker_id = worker;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	owner := previous_owner;
	FOR lap IN 1..2 LOOP
		WHILE cardinality(owners) < 32 LOOP
			-- An owner with a mark is searched after the mark only, below.
			IF has_marks THEN
				SELECT min(owner_id) INTO marked FROM claim_marks WHERE owner_id > owner;
			END IF;
			IF marked IS NULL THEN
				SELECT owner_id INTO owner FROM operations
					WHERE status = 'PENDING' AND turn_at IS NOT NULL AND owner_id > owner
					ORDER BY owner_id LIMIT 1;
			ELSE
				SELECT owner_id INTO owner FROM operations
					WHERE status = 'PENDING' AND turn_at IS NOT NULL AND owner_id > owner AND owner_id < marked
					ORDER BY owner_id LIMIT 1;
				owner := coalesce(owner, marked);
			END IF;
			EXIT WHEN owner IS NULL OR (lap = 2 AND owner > previous_owner);
			owners := owners || owner;
		END LOOP;
		EXIT WHEN cardinality(owners) = 32;
		owner := '';
	END LOOP;
	IF cardinality(owners) = 0 THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended(name, 7105110103))
		FROM (SELECT unnest(owners) AS name ORDER BY 1) AS sorted;
	FOREACH owner IN ARRAY owners LOOP
		mark := NULL;
		IF has_marks THEN
			SELECT * INTO mark FROM claim_marks WHERE owner_id = owner AND until > clock_timestamp();
		END IF;
		free := wanted;
		IF owner_cap IS NOT NULL THEN
			entries := pg_stat_get_xact_tuples_returned('operations_running'::regclass);
			IF mark.running_from IS NULL THEN
				SELECT count(*), (array_agg(operation_id ORDER BY operation_id))[1] INTO free, lowest FROM operations
					WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING');
			ELSE
				SELECT count(*), (array_agg(operation_id ORDER BY operation_id))[1] INTO free, lowest FROM operations
					WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') AND operation_id >= mark.running_from;
			END IF;
			entries := pg_stat_get_xact_tuples_returned('operations_running'::regclass) - entries - free;
			IF entries > most_discarded THEN
				mark.running_from := coalesce(lowest, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
			END IF;
			free := least(wanted, greatest(0, owner_cap - free));
		END IF;
		free_slots := free_slots || free;
		mark_changed := mark_changed || (owner_cap IS NOT NULL AND entries > most_discarded);
		marks := marks || mark;
	END LOOP;
	FOR pass IN 1..2 LOOP
		share := CASE pass WHEN 1 THEN greatest(1, wanted / cardinality(owners)) ELSE wanted END;
		FOR i IN 1..cardinality(owners) LOOP
			EXIT WHEN cardinality(claimed) >= wanted;
			free := least(free_slots[i], share, wanted - cardinality(claimed));
			CONTINUE WHEN free <= 0;
			entries := pg_stat_get_xact_tuples_returned('operations_turn'::regclass);
			mark := marks[i];
			SELECT array_agg(operation_id), min(turn_at), (array_agg(operation_id ORDER BY operation_id))[1]
				INTO selected, earliest, lowest FROM (
				SELECT ahead.operation_id, ahead.turn_at
				FROM unnest(known_types) AS known (name) CROSS JOIN LATERAL (
					SELECT operation_id, turn_at FROM operations
					WHERE owner_id = owners[i] AND type = known.name AND status = 'PENDING' AND turn_at IS NOT NULL
						AND turn_at >= coalesce(mark.turn_from, '-infinity')
						AND operation_id <> ALL (claimed)
					ORDER BY turn_at LIMIT free
				) AS ahead
				ORDER BY ahead.turn_at LIMIT free
			) AS first;
			entries := pg_stat_get_xact_tuples_returned('operations_turn'::regclass) - entries;
			IF entries - coalesce(cardinality(selected), 0) > most_discarded AND earliest IS NOT NULL THEN
				marks[i].turn_from := earliest;
				marks[i].until := coalesce(mark.until, clock_timestamp() + greatest(interval '1 second', entries * interval '50 microseconds'));
				mark_changed[i] := true;
			END IF;
			CONTINUE WHEN selected IS NULL;
			IF lowest < mark.running_from THEN
				marks[i].running_from := lowest;
				mark_changed[i] := true;
			END IF;
			claimed := claimed || selected;
			free_slots[i] := free_slots[i] - cardinality(selected);
			previous_owner := CASE pass WHEN 1 THEN owners[i] ELSE previous_owner END;
		END LOOP;
	END LOOP;
	IF has_marks THEN
		DELETE FROM claim_marks WHERE owner_id = ANY (owners) AND until <= clock_timestamp();
	END IF;
	FOR i IN 1..cardinality(owners) LOOP
		CONTINUE WHEN NOT mark_changed[i];
		mark := marks[i];
		INSERT INTO claim_marks (owner_id, turn_from, running_from, until)
			VALUES (owners[i], mark.turn_from, mark.running_from, coalesce(mark.until, clock_timestamp() + interval '1 second'))
			ON CONFLICT (owner_id) DO UPDATE
			SET turn_from = excluded.turn_from, running_from = excluded.running_from, until = excluded.until;
	END LOOP;
	-- Owners of which nothing could be claimed must not come first again.
	IF cardinality(owners) = 32 AND cardinality(claimed) < wanted THEN
		previous_owner := owners[32];
	END IF;
	UPDATE workers SET last_owner = previous_owner WHERE worker_id = worker AND last_owner <> previous_owner;
	-- The order in which all writes lock several rows.
	RETURN QUERY SELECT id FROM unnest(claimed) AS id ORDER BY id;
END
$$;
