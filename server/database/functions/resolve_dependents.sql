-- Called by every statement that ends operations, with their ids. Counts them off the dependencies that operations wait for: an operation
-- whose last open dependency has ended becomes due, and one that must not run any more gets `failed_dependency`, for a worker to end it. Its
-- own dependents follow when that worker ends it, so one call never goes deeper than one level. Returns how many no longer wait.
--
-- VOLATILE, so that each query inside sees everything that was committed before it, and the rows that the calling statement has written. That
-- statement may have waited for its rows while a submit, which locks its dependencies, committed the edges that are to be found here.
-- The dependents are locked in the order of their ids before they are counted down: two dependencies may end at the same time.
CREATE OR REPLACE FUNCTION resolve_dependents(ended uuid[])
RETURNS integer LANGUAGE plpgsql VOLATILE STRICT
-- Almost always nothing depends on the operations, and planning would take longer than the search. A plan made while the table was small must
-- not scan it when it has grown.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
	resolved uuid[];
BEGIN
	PERFORM FROM dependencies WHERE depends_on = ANY (ended) LIMIT 1;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	PERFORM FROM operations
		WHERE operation_id = ANY (ARRAY(SELECT operation_id FROM dependencies WHERE depends_on = ANY (ended))) AND open_dependencies IS NOT NULL AND status = 'PENDING'
		ORDER BY operation_id FOR NO KEY UPDATE;
	WITH counted AS (
		SELECT dependencies.operation_id, count(*) AS ended_dependencies,
			(array_agg(dependency.operation_id ORDER BY position) FILTER (WHERE dependency.status IN ('FAILED', 'CANCELLED')))[1] AS failed
		FROM dependencies JOIN operations AS dependency ON dependency.operation_id = dependencies.depends_on
		WHERE dependencies.depends_on = ANY (ended)
		GROUP BY dependencies.operation_id
	), decided AS (
		SELECT operation_id, failed, failed IS NOT NULL AND dependency_policy <> 'ANY_END' AS fails,
			open_dependencies - ended_dependencies::integer AS still_open
		FROM counted JOIN operations USING (operation_id)
		WHERE open_dependencies IS NOT NULL AND operations.status = 'PENDING'
	), changed AS (
		UPDATE operations SET
			open_dependencies = CASE WHEN NOT fails AND still_open > 0 THEN still_open END,
			failed_dependency = CASE WHEN fails THEN failed END,
			due_at = CASE WHEN NOT fails AND still_open <= 0 THEN greatest(clock_timestamp(), start_after) END,
			deadline_at = CASE WHEN NOT fails AND still_open <= 0
				THEN greatest(clock_timestamp(), start_after) + queue_seconds * interval '1 second' END
		FROM decided
		WHERE operations.operation_id = decided.operation_id
		RETURNING operations.operation_id, fails OR still_open <= 0 AS is_resolved
	)
	SELECT array_agg(operation_id) INTO resolved FROM changed WHERE is_resolved;
	IF resolved IS NULL THEN
		RETURN 0;
	END IF;
	-- Received by workers like a notification of notifications.ts, but part of the commit: code that ends an operation need not know of
	-- its dependents. NOTIFY serializes commits, so it is used only if something is to be done.
	PERFORM pg_notify('longrun_operations', 'due:' || resolved[1]);
	RETURN cardinality(resolved);
END
$$;
