import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const tmpfs = 0x01021994
const neededBytes = 4 * 2 ** 30

/**
 * The folder for the cluster: in memory if there is enough, because each database is a thousand files, which ext4 creates and unlinks at
 * three times the processor time. Containers often have only 64 MB there.
 */
export function fastFolder(): string {
  try {
    const { type, bavail, bsize } = statfsSync('/dev/shm')
    if (type === tmpfs && Math.min(bavail * bsize, process.availableMemory()) > neededBytes) return '/dev/shm'
  } catch {
    // Not on Linux.
  }
  return tmpdir()
}

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
