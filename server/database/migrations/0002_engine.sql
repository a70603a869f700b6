-- What the engine needs: steps, what is left of operations that have gone, and columns that say how an operation will go on.
-- Locks: ACCESS EXCLUSIVE on operations, events and workers for an instant each; no table is rewritten or scanned (the new
-- constraints are validated by the next migration, which lets reads and writes go on).
-- Safe while the previous version runs: it names its columns, and writes none that is new.

CREATE TABLE "discards" (
	"storage_key" text PRIMARY KEY NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "durations" (
	"type" text PRIMARY KEY NOT NULL,
	"typical_seconds" double precision NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"operation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"state" text NOT NULL,
	"undoable" boolean NOT NULL,
	"fence" integer NOT NULL,
	"result" jsonb,
	CONSTRAINT "steps_operation_id_name_pk" PRIMARY KEY("operation_id","name"),
	CONSTRAINT "steps_state" CHECK ("steps"."state" in ('STARTED', 'DONE', 'UNDONE', 'UNDO_FAILED'))
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"operation_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"expired_at" timestamp (3) with time zone NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "operations" DROP CONSTRAINT "operations_turn_pending";
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_operation_id_operations_operation_id_fk";
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "intended_end" jsonb;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "owes_undo" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "crashes" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "alone" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "retry_of" uuid;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "retried_by" uuid;
--> statement-breakpoint
ALTER TABLE "operations" ADD COLUMN "due_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "workers" ADD COLUMN "turn_owner" text DEFAULT '' NOT NULL;
--> statement-breakpoint
CREATE INDEX "discards_due" ON "discards" USING btree ("due_at");
--> statement-breakpoint
CREATE INDEX "tombstones_forgotten" ON "tombstones" USING btree ("forgotten_at");
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_turn" CHECK ("operations"."turn_at" is null or "operations"."status" in ('PENDING', 'CANCELLING')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_held" CHECK ("operations"."worker_id" is null or "operations"."status" in ('RUNNING', 'CANCELLING')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_intended_end" CHECK ("operations"."intended_end" is null or "operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING', 'FAILED')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "operations" ADD CONSTRAINT "operations_owes_undo" CHECK (not "operations"."owes_undo" or "operations"."status" in ('PENDING', 'RUNNING', 'CANCELLING')) NOT VALID;
--> statement-breakpoint
-- Picks up to `wanted` waiting operations for a worker, fairly between owners; answers their ids. Owners come in turn, at most
-- 32 a call, from the one after the worker's last; each gets an equal part of what is wanted, the earliest turns first, as
-- far as its cap of running operations allows, and a second pass deals out what is left.
--
-- VOLATILE, so that each query inside sees what was committed before it: a cap counted in the statement that takes
-- the lock would read an old snapshot. The advisory lock of each owner makes counting and taking one act, and keeps two
-- claims from picking the same rows, so that no row is locked before it is updated (a lock of its own costs as much as the
-- search); all claims take these locks in the same order, and hold them for the few milliseconds of their statement.
CREATE FUNCTION pick_turns(worker uuid, wanted integer, known_types text[], owner_cap integer)
RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE ROWS 50
-- Planning anew for each owner takes longer than the search.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	last_owner text;
	owner text;
	owners text[] := '{}';
	rooms integer[] := '{}';
	room integer;
	share integer;
	pass integer;
	i integer;
	picked uuid[];
	taken uuid[] := '{}';
BEGIN
	SELECT turn_owner INTO last_owner FROM workers WHERE worker_id = worker;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	owner := last_owner;
	FOR turn IN 1..2 LOOP
		WHILE cardinality(owners) < 32 LOOP
			SELECT owner_id INTO owner FROM operations
				WHERE status = 'PENDING' AND turn_at IS NOT NULL AND owner_id > owner
				ORDER BY owner_id LIMIT 1;
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
		room := wanted;
		IF owner_cap IS NOT NULL THEN
			SELECT least(wanted, greatest(0, owner_cap - count(*)))::integer INTO room FROM operations
				WHERE owner_id = owner AND status IN ('RUNNING', 'CANCELLING');
		END IF;
		rooms := rooms || room;
	END LOOP;
	FOR pass IN 1..2 LOOP
		share := CASE pass WHEN 1 THEN greatest(1, wanted / cardinality(owners)) ELSE wanted END;
		FOR i IN 1..cardinality(owners) LOOP
			EXIT WHEN cardinality(taken) >= wanted;
			room := least(rooms[i], share, wanted - cardinality(taken));
			CONTINUE WHEN room <= 0;
			SELECT array_agg(operation_id) INTO picked FROM (
				SELECT ahead.operation_id
				FROM unnest(known_types) AS known (name) CROSS JOIN LATERAL (
					SELECT operation_id, turn_at FROM operations
					WHERE owner_id = owners[i] AND type = known.name AND status = 'PENDING' AND turn_at IS NOT NULL
						AND operation_id <> ALL (taken)
					ORDER BY turn_at LIMIT room
				) AS ahead
				ORDER BY ahead.turn_at LIMIT room
			) AS first;
			CONTINUE WHEN picked IS NULL;
			taken := taken || picked;
			rooms[i] := rooms[i] - cardinality(picked);
			last_owner := CASE pass WHEN 1 THEN owners[i] ELSE last_owner END;
		END LOOP;
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
