/** Options of `startEmbeddedPostgres` for tests: commits are not durable, and one server has connections for many services. */
export const fastSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' }
