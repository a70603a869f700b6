-- Ends those of the given batches whose operations have all ended, and returns them. The calling statement has ended operations of them.
--
-- The lock of a batch's row, which every transaction takes after its last change of operations of the batch, decides between two transactions
-- that end the last two operations at the same time: the second one waits until the first has committed. The function is VOLATILE, so each of
-- its statements has a new snapshot and sees what was committed meanwhile, and what the calling statement has changed. The rows are locked in
-- the order of their ids, so that two callers never deadlock.
--
-- Operations that were deleted before the end are counted in the batch's row, by the statement that deleted them.
CREATE OR REPLACE FUNCTION end_batches(ids uuid[])
RETURNS TABLE (ended_batch uuid, ended_owner text, ended_webhook jsonb, ended_time timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
AS $$
DECLARE
	batch record;
	counted record;
BEGIN
	FOR batch IN
		SELECT batch_id FROM batches WHERE batch_id = ANY (ids) AND ended_at IS NULL ORDER BY batch_id FOR UPDATE
	LOOP
		CONTINUE WHEN EXISTS (
			SELECT FROM operations
			WHERE operations.batch_id = batch.batch_id AND status IN ('PENDING', 'RUNNING', 'WAITING', 'CANCELLING')
		);
		SELECT
			count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
			count(*) FILTER (WHERE status = 'COMPLETED_WITH_ERRORS') AS completed_with_errors,
			count(*) FILTER (WHERE status = 'FAILED') AS failed,
			count(*) FILTER (WHERE status = 'CANCELLED') AS cancelled,
			max(expires_at) AS expires_at
		INTO counted FROM operations WHERE operations.batch_id = batch.batch_id;
		RETURN QUERY
			UPDATE batches SET
				completed = batches.completed + counted.completed,
				completed_with_errors = batches.completed_with_errors + counted.completed_with_errors,
				failed = batches.failed + counted.failed,
				cancelled = batches.cancelled + counted.cancelled,
				ended_at = greatest(batches.created_at, clock_timestamp()),
				expires_at = greatest(batches.expires_at, counted.expires_at)
			WHERE batches.batch_id = batch.batch_id
			RETURNING batches.batch_id, batches.owner_id, batches.webhook, batches.ended_at;
	END LOOP;
END
$$;
