-- Adds up the entries of the same bucket, and returns one entry for each bucket, in their order; null without entries. An entry is the number of
-- the bucket × 2⁴⁰ + a count (`operation_counts`).
CREATE OR REPLACE FUNCTION merge_buckets(entries bigint[])
RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT array_agg((bucket << 40) + total ORDER BY bucket)
	FROM (
		SELECT entry >> 40 AS bucket, sum(entry & 1099511627775)::bigint AS total
		FROM unnest(entries) AS entry GROUP BY 1
	) AS summed
$$;
