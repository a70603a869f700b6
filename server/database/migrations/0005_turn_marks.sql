-- Outside of a transaction: every statement is of its own, and may be run again after a failure.
-- Marks, behind which claims pass over what has left the queue and cannot be vacuumed yet.
-- Locks: SHARE UPDATE EXCLUSIVE on operations. Safe while the previous version runs: it calls the same function, and its index is
-- dropped when the new one is there.

CREATE UNLOGGED TABLE IF NOT EXISTS "turn_marks" (
	"owner_id" text PRIMARY KEY NOT NULL,
	"turn_from" timestamp (6) with time zone,
	"running_from" uuid,
	"until" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_running_id";
--> statement-breakpoint
CREATE INDEX CONCURRENTLY "operations_running_id" ON "operations" USING btree ("owner_id","operation_id") WHERE status in ('RUNNING', 'CANCELLING');
--> statement-breakpoint
-- Picks up to `wanted` waiting operations for a worker, fairly between owners; answers their ids. Owners come in turn, at most
-- 32 a call, from the one after the worker's last; each gets an equal part of what is wanted, the earliest turns first, as
-- far as its cap of running operations allows, and a second pass deals out what is left.
--
-- VOLATILE, so that each query inside sees what was committed before it: a cap counted in the statement that takes
-- the lock would read an old snapshot. The advisory lock of each owner makes counting and taking one act, and keeps two
-- claims from picking the same rows, so that no row is locked before it is updated (a lock of its own costs as much as the
-- search); all claims take these locks in the same order, and hold them for the few milliseconds of their statement.
--
-- An index keeps the entry of a row that has left the queue for as long as any transaction might see it there; while a backup or a
-- long report runs, that is every row claimed meanwhile. A search that read 1,000 entries for nothing leaves a mark, and the next ones
-- begin there. What comes to lie before a mark (a late commit, a higher priority, another worker's type) is found by the next search
-- of the whole: a second later, or when reading the whole has become a hundredth of the time.
CREATE OR REPLACE FUNCTION pick_turns(worker uuid, wanted integer, known_types text[], owner_cap integer)
RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE ROWS 50
-- Planning anew for each owner takes longer than the search.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	futile CONSTANT integer := 1000;
	any_marks CONSTANT boolean := EXISTS (SELECT FROM turn_marks);
	last_owner text;
	owner text;
	marked text;
	owners text[] := '{}';
	rooms integer[] := '{}';
	room integer;
	share integer;
	pass integer;
	i integer;
	picked uuid[];
	taken uuid[] := '{}';
	mark turn_marks;
	marks turn_marks[] := '{}';
	moved boolean[] := '{}';
	entries bigint;
	earliest timestamptz;
	lowest uuid;
BEGIN
	SELECT turn_owner INTO last_owner FROM workers WHERE worker_id = worker;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	owner := last_owner;
	FOR turn IN 1..2 LOOP
		WHILE cardinality(owners) < 32 LOOP
			-- Whether an owner with a mark waits for anything is asked behind the mark only.
			IF any_marks THEN
				SELECT min(owner_id) INTO marked FROM turn_marks WHERE owner_id > owner;
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
			EXIT WHEN owner IS NULL OR (turn = 2 AND owner > last_owner);
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
		IF any_marks THEN
			SELECT * INTO mark FROM turn_marks WHERE owner_id = owner AND until > clock_timestamp();
		END IF;
		room := wanted;
		IF owner_cap IS NOT NULL THEN
			entries := pg_stat_get_xact_tuples_returned('operations_running_id'::regclass);
			IF mark.running_from IS NULL THEN
				SELECT count(*), (array_agg(operation_id ORDER BY operation_id))[1] INTO room, lowest FROM operations
					WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING');
			ELSE
				SELECT count(*), (array_agg(operation_id ORDER BY operation_id))[1] INTO room, lowest FROM operations
					WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING') AND operation_id >= mark.running_from;
			END IF;
			entries := pg_stat_get_xact_tuples_returned('operations_running_id'::regclass) - entries - room;
			IF entries > futile THEN
				mark.running_from := coalesce(lowest, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
			END IF;
			room := least(wanted, greatest(0, owner_cap - room));
		END IF;
		rooms := rooms || room;
		moved := moved || (owner_cap IS NOT NULL AND entries > futile);
		marks := marks || mark;
	END LOOP;
	FOR pass IN 1..2 LOOP
		share := CASE pass WHEN 1 THEN greatest(1, wanted / cardinality(owners)) ELSE wanted END;
		FOR i IN 1..cardinality(owners) LOOP
			EXIT WHEN cardinality(taken) >= wanted;
			room := least(rooms[i], share, wanted - cardinality(taken));
			CONTINUE WHEN room <= 0;
			entries := pg_stat_get_xact_tuples_returned('operations_turn'::regclass);
			mark := marks[i];
			SELECT array_agg(operation_id), min(turn_at), (array_agg(operation_id ORDER BY operation_id))[1]
				INTO picked, earliest, lowest FROM (
				SELECT ahead.operation_id, ahead.turn_at
				FROM unnest(known_types) AS known (name) CROSS JOIN LATERAL (
					SELECT operation_id, turn_at FROM operations
					WHERE owner_id = owners[i] AND type = known.name AND status = 'PENDING' AND turn_at IS NOT NULL
						AND turn_at >= coalesce(mark.turn_from, '-infinity') AND operation_id <> ALL (taken)
					ORDER BY turn_at LIMIT room
				) AS ahead
				ORDER BY ahead.turn_at LIMIT room
			) AS first;
			entries := pg_stat_get_xact_tuples_returned('operations_turn'::regclass) - entries;
			IF entries - coalesce(cardinality(picked), 0) > futile AND earliest IS NOT NULL THEN
				marks[i].turn_from := earliest;
				marks[i].until := coalesce(mark.until, clock_timestamp() + greatest(interval '1 second', entries * interval '50 microseconds'));
				moved[i] := true;
			END IF;
			CONTINUE WHEN picked IS NULL;
			IF lowest < mark.running_from THEN
				marks[i].running_from := lowest;
				moved[i] := true;
			END IF;
			taken := taken || picked;
			rooms[i] := rooms[i] - cardinality(picked);
			last_owner := CASE pass WHEN 1 THEN owners[i] ELSE last_owner END;
		END LOOP;
	END LOOP;
	IF any_marks THEN
		DELETE FROM turn_marks WHERE owner_id = ANY (owners) AND until <= clock_timestamp();
	END IF;
	FOR i IN 1..cardinality(owners) LOOP
		CONTINUE WHEN NOT moved[i];
		mark := marks[i];
		INSERT INTO turn_marks (owner_id, turn_from, running_from, until)
			VALUES (owners[i], mark.turn_from, mark.running_from, coalesce(mark.until, clock_timestamp() + interval '1 second'))
			ON CONFLICT (owner_id) DO UPDATE
			SET turn_from = excluded.turn_from, running_from = excluded.running_from, until = excluded.until;
	END LOOP;
	-- Owners that had nothing to give must not be asked first for ever.
	IF cardinality(owners) = 32 AND cardinality(taken) < wanted THEN
		last_owner := owners[32];
	END IF;
	UPDATE workers SET turn_owner = last_owner WHERE worker_id = worker AND turn_owner <> last_owner;
	-- In the order in which every write locks many rows.
	RETURN QUERY SELECT id FROM unnest(taken) AS id ORDER BY id;
END
$$;
--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "operations_running";
