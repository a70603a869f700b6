-- The status of each of the operations, locked until the end of the transaction while it has not ended: what is committed afterwards as depending
-- on it is found by `resolve_dependents` when it ends. Deleted operations are left out.
--
-- VOLATILE, so that the second query sees how an operation has ended that the first one waited for. Operations that have ended are not locked: a
-- retry locks one and then waits for the quota lock, which the submit of a dependent may hold.
CREATE OR REPLACE FUNCTION lock_dependencies(ids uuid[])
RETURNS TABLE (dependency_id uuid, dependency_owner text, dependency_status text) LANGUAGE plpgsql VOLATILE ROWS 100
AS $$
BEGIN
	PERFORM FROM operations
		WHERE operation_id = ANY (ids) AND status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')
		ORDER BY operation_id FOR SHARE;
	RETURN QUERY SELECT operation_id, owner_id, status FROM operations WHERE operation_id = ANY (ids);
END
$$;
