/**
 * Durations are counted in logarithmic buckets: bucket `n` has those from 2^(n/8) up to 2^((n+1)/8) milliseconds, and bucket 0 also the shorter
 * ones. A duration within a bucket differs from any other one in it by less than 9.1 %.
 */
const bucketsPerDoubling = 8

/** A factor of the bucket of a duration: `floor(bucketScale × ln(milliseconds))`. */
export const bucketScale = bucketsPerDoubling / Math.LN2

/** Counts by bucket, in the order of the buckets. */
export type BucketCounts = readonly (readonly [bucket: number, count: number])[]

/**
 * The duration, in seconds, that `share` of the counted ones do not exceed. Interpolated within its bucket, so that it differs from the exact one
 * (nearest rank) by less than 9.1 %, or a millisecond. Undefined if nothing was counted.
 */
export function percentile(counts: BucketCounts, share: number): number | undefined {
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const rank = Math.max(1, Math.ceil(share * total))
  let below = 0
  for (const [bucket, count] of counts) {
    if (below + count >= rank) {
      const within = (rank - below - 0.5) / count
      return 2 ** ((bucket + within) / bucketsPerDoubling) / 1000
    }
    below += count
  }
  return undefined
}
