/**
 * Options of `startEmbeddedPostgres` for tests: commits are not durable, little is logged, and one server has connections for many services.
 * Nothing is vacuumed or analyzed unless a test does so: a test whose plans depend on statistics would otherwise depend on the time.
 */
export const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'off',
  autovacuum: 'off',
  max_connections: '400',
}
