import type { Recorded } from './counts.ts'

/** A metric whose values are read for a scrape. It is absent where they are not known. */
export type ReadMetric = Omit<Recorded, 'samples'>

const gauge = (name: string, help: string, labels: readonly string[] = []) => ({
  name,
  help,
  labels,
  type: 'gauge' as const,
})

/** Read from the database, so every process of a deployment shows the same values: use `max by`, not `sum`. */
export const fromDatabase = {
  up: gauge(
    'longrun_database_up',
    '1 if the database has answered within the time limit, otherwise 0; the other metrics that are read from it are absent then.',
  ),
  operations: gauge(
    'longrun_operations',
    'Operations that have not ended. queued: may be claimed now; delayed: wait for startAfter, a retry, a key or dependencies; running, cancelling, waiting. At most 100,000 of each state are counted.',
    ['type', 'state'],
  ),
  oldestQueued: gauge(
    'longrun_queue_oldest_seconds',
    'How long the oldest operation that may be claimed has been due. 0 when there is none.',
    ['type'],
  ),
  oldestRunning: gauge(
    'longrun_running_oldest_seconds',
    'How long the longest running attempt has been running. 0 when there is none.',
    ['type'],
  ),
  deliveriesDue: gauge(
    'longrun_webhook_deliveries_due',
    'Webhook deliveries that are due and not acknowledged. failing: the last attempt to their target failed; working: the others. At most 1,000 of each owner are counted.',
    ['target'],
  ),
  oldestDelivery: gauge(
    'longrun_webhook_due_oldest_seconds',
    'How long the oldest of these deliveries has been due. 0 when there is none.',
    ['target'],
  ),
  workers: gauge('longrun_workers', 'Workers whose lease has not expired.'),
  deadRows: gauge('longrun_table_dead_rows', 'Dead rows that vacuum has not removed, as PostgreSQL estimates them.', [
    'table',
  ]),
  tableBytes: gauge('longrun_table_size_bytes', 'Size of a table with its indexes.', ['table']),
  walBytes: {
    ...gauge('longrun_database_wal_bytes_total', 'WAL that the server has written, of all its databases.'),
    type: 'counter' as const,
  },
}

/** Read from the process. */
export const fromProcess = {
  info: gauge('longrun_process_info', 'Always 1. The version and the roles of the process.', ['version', 'roles']),
  connections: gauge('longrun_database_connections_used', 'Connections in use.', ['pool']),
  connectionsMost: gauge('longrun_database_connections_max', 'Most connections of a pool.', ['pool']),
  connectionsWaiting: gauge('longrun_database_connections_waiting', 'Callers that wait for a connection.', ['pool']),
  filesFree: gauge('longrun_files_free_bytes', 'Free space on the disk of uploads and results. Absent with S3.'),
  filesMinFree: gauge(
    'longrun_files_min_free_bytes',
    'Free space that the disk keeps (FILES_MIN_FREE_BYTES). Absent with S3.',
  ),
}

export const readMetrics: readonly ReadMetric[] = [...Object.values(fromDatabase), ...Object.values(fromProcess)]
