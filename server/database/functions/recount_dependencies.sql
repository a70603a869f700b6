-- Repairs operations that wait for dependencies which have all ended, or of which one has failed: a process of a version without
-- `resolve_dependents` has ended the dependency. Looks at the next `most` waiting operations after `previous`, and returns the last one; null
-- when there is none. Counts instead of counting down, under the lock of the waiting operation, so that repeating it changes nothing.
CREATE OR REPLACE FUNCTION recount_dependencies(previous uuid, most integer)
RETURNS uuid LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
AS $$
DECLARE
	waiting uuid[];
	stale uuid[];
BEGIN
	SELECT array_agg(operation_id) INTO waiting FROM (
		SELECT operation_id FROM operations
		WHERE open_dependencies IS NOT NULL AND status = 'PENDING' AND operation_id > previous
		ORDER BY operation_id LIMIT most
	) AS next;
	IF waiting IS NULL THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(operation_id) INTO stale FROM operations
		WHERE operation_id = ANY (waiting) AND open_dependencies IS DISTINCT FROM (
			SELECT count(*) FROM dependencies JOIN operations AS dependency ON dependency.operation_id = dependencies.depends_on
			WHERE dependencies.operation_id = operations.operation_id
				AND dependency.status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'));
	IF stale IS NOT NULL THEN
		PERFORM FROM operations WHERE operation_id = ANY (stale) ORDER BY operation_id FOR NO KEY UPDATE;
		WITH counted AS (
			SELECT dependencies.operation_id,
				count(*) FILTER (WHERE dependency.status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'))::integer AS still_open,
				-- A deleted dependency has ended, and nobody knows how.
				(array_agg(dependencies.depends_on ORDER BY position)
					FILTER (WHERE dependency.status IS NULL OR dependency.status IN ('FAILED', 'CANCELLED')))[1] AS failed
			FROM dependencies LEFT JOIN operations AS dependency ON dependency.operation_id = dependencies.depends_on
			WHERE dependencies.operation_id = ANY (stale)
			GROUP BY dependencies.operation_id
		), decided AS (
			SELECT operation_id, failed, still_open, failed IS NOT NULL AND dependency_policy <> 'ANY_END' AS fails
			FROM counted JOIN operations USING (operation_id)
			WHERE open_dependencies IS NOT NULL AND operations.status = 'PENDING'
		)
		UPDATE operations SET
			open_dependencies = CASE WHEN NOT fails AND still_open > 0 THEN still_open END,
			failed_dependency = CASE WHEN fails THEN failed END,
			due_at = CASE WHEN NOT fails AND still_open = 0 THEN greatest(clock_timestamp(), start_after) END,
			deadline_at = CASE WHEN NOT fails AND still_open = 0
				THEN greatest(clock_timestamp(), start_after) + queue_seconds * interval '1 second' END
		FROM decided
		WHERE operations.operation_id = decided.operation_id;
	END IF;
	RETURN waiting[cardinality(waiting)];
END
$$;
