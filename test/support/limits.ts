/** Limits that nothing reaches: whoever tests something else sends as much as it takes. */
export const noLimits = {
  LIMIT_SUBMITS: '1000000000',
  LIMIT_READS: '1000000000',
  LIMIT_UPLOADS: '1000000000',
  LIMIT_STREAMS: '1000000000',
  OWNER_OPERATIONS: '1000000000',
  OWNER_STORED_BYTES: '1000000000000000',
}
