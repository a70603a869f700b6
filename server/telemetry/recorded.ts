import { deliveryOutcomes } from '../domain/webhook-schedule.ts'
import { counter, gauge, histogram } from './counts.ts'

/** The metrics that events record. docs/metrics.md lists them. No label has an owner, a key, an id or a URL. */

/** For requests and statements, which take milliseconds. */
const short = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** For operations, which take from milliseconds to hours. */
const long = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 10_800, 43_200]

export const operationsSubmitted = counter({
  name: 'longrun_operations_submitted_total',
  help: 'Operations that were created, by requests, batches, schedules and bulk retries. A repeated Idempotency-Key creates none.',
  labels: ['type'],
})

export const operationsCompleted = counter({
  name: 'longrun_operations_completed_total',
  help: 'Operations that ended COMPLETED or COMPLETED_WITH_ERRORS.',
  labels: ['type', 'status'],
})

export const operationsFailed = counter({
  name: 'longrun_operations_failed_total',
  help: 'Operations that ended FAILED, by problem code.',
  labels: ['type', 'code'],
})

export const operationsCancelled = counter({
  name: 'longrun_operations_cancelled_total',
  help: 'Operations that ended CANCELLED.',
  labels: ['type'],
})

export const operationsClaimed = counter({
  name: 'longrun_operations_claimed_total',
  help: 'Attempts that this worker has started.',
  labels: ['type'],
})

export const attemptsFailed = counter({
  name: 'longrun_attempts_failed_total',
  help: 'Attempts that failed and will be repeated.',
  labels: ['type'],
})

export const attemptsReleased = counter({
  name: 'longrun_attempts_released_total',
  help: 'Attempts that returned their operation to the queue without a charge: shutdown, lost worker, outage.',
  labels: ['type'],
})

export const attemptsWaited = counter({
  name: 'longrun_attempts_waited_total',
  help: 'Attempts that ended because the operation waits for a timer, a callback or an input.',
  labels: ['type'],
})

export const attemptsAbandoned = counter({
  name: 'longrun_attempts_abandoned_total',
  help: 'Attempts whose handler did not stop within the grace period.',
  labels: ['type'],
})

export const writesRefused = counter({
  name: 'longrun_late_writes_refused_total',
  help: 'Writes of attempts that no longer ran their operation.',
})

export const attemptsRunning = gauge({
  name: 'longrun_attempts_running',
  help: 'Attempts that occupy a slot of this worker.',
})

export const workerSlots = gauge({
  name: 'longrun_worker_slots',
  help: 'Operations that this worker may run at once (WORKER_CONCURRENCY).',
})

export const queueSeconds = histogram({
  name: 'longrun_operation_queue_seconds',
  help: 'Time from when an operation could start first (its submit, or startAfter) to the claim of its first attempt. Operations with dependencies are left out.',
  labels: ['type'],
  bounds: long,
})

export const attemptSeconds = histogram({
  name: 'longrun_attempt_seconds',
  help: 'Time of an attempt, RUNNING or CANCELLING, from its claim to its end.',
  labels: ['type'],
  bounds: long,
})

export const operationSeconds = histogram({
  name: 'longrun_operation_duration_seconds',
  help: 'Time from when an operation could start first (its submit, or startAfter) to its end, of operations that ended in an attempt.',
  labels: ['type', 'status'],
  bounds: long,
})

export const claimSeconds = histogram({
  name: 'longrun_claim_duration_seconds',
  help: 'Time of the statement that claims operations, those that found none included.',
  bounds: short,
})

export const leasesLost = counter({ name: 'longrun_leases_lost_total', help: 'Leases that this worker has lost.' })

export const workersRecovered = counter({
  name: 'longrun_workers_lost_total',
  help: 'Workers whose expired lease this worker has found. Each lost worker is counted by one process.',
})

export const workerErrors = counter({
  name: 'longrun_worker_errors_total',
  help: 'Errors of the work of the worker itself, which is repeated. The log has the cause (worker.error).',
})

export const executorsRunning = gauge({
  name: 'longrun_executors_running',
  help: 'Executor processes of this worker.',
})

export const executorExits = counter({
  name: 'longrun_executor_exits_total',
  help: 'Executor processes that exited: crashed, memory, unresponsive, abandoned or closed (no longer needed).',
  labels: ['reason'],
})

export const deliveriesSent = counter({
  name: 'longrun_webhook_deliveries_total',
  help: 'Delivery attempts of webhooks by outcome.',
  labels: ['outcome'],
})

export const deliverySeconds = histogram({
  name: 'longrun_webhook_delivery_duration_seconds',
  help: 'Time of a delivery attempt, name resolution included.',
  bounds: short,
})

export const deliveryErrors = counter({
  name: 'longrun_webhook_errors_total',
  help: 'Delivery attempts that could not be made or recorded, and searches for deliveries that failed. They are repeated.',
})

export const streamsOpen = gauge({
  name: 'longrun_streams_open',
  help: 'Open event streams and sockets of this process, by the operationId of the contract.',
  labels: ['kind'],
})

export const requests = counter({
  name: 'longrun_http_requests_total',
  help: 'HTTP responses by method, pattern of the path and status. A path that does not exist has the route unknown.',
  labels: ['method', 'route', 'status'],
})

export const requestSeconds = histogram({
  name: 'longrun_http_request_duration_seconds',
  help: 'Time until the response begins. That of a long poll contains the time for which it is held.',
  labels: ['method', 'route'],
  bounds: short,
})

export const requestsWaiting = gauge({
  name: 'longrun_http_requests_waiting',
  help: 'Requests that wait until they may use a database connection (pool queries).',
})

export const connectionsOverLimit = counter({
  name: 'longrun_http_connections_refused_total',
  help: 'Connections that were closed because of LIMIT_CONNECTIONS or LIMIT_ADDRESS_CONNECTIONS.',
})

export const schedulesRefused = counter({
  name: 'longrun_schedule_runs_refused_total',
  help: 'Due times of schedules at which a quota refused the operation.',
})

export const sweepErrors = counter({
  name: 'longrun_sweep_errors_total',
  help: 'Parts of a sweep that failed, files that could not be deleted included. They are repeated.',
})

export const notificationErrors = counter({
  name: 'longrun_notification_errors_total',
  help: 'Losses of the connection for notifications. Until it is restored the process polls.',
})

export const notifierConnected = gauge({
  name: 'longrun_notifier_connected',
  help: '1 while this process is connected for notifications, by notifier: postgres, and nats with NATS_URL. Otherwise 0, and the process polls.',
  labels: ['notifier'],
})

export const notifierPublished = counter({
  name: 'longrun_notifier_published_total',
  help: 'Messages that this process has sent through NATS, by kind: wake, events, or the kind of a notification.',
  labels: ['kind'],
})

export const notifierReceived = counter({
  name: 'longrun_notifier_received_total',
  help: 'Messages that this process has received through NATS and used, by kind.',
  labels: ['kind'],
})

export const notifierIgnored = counter({
  name: 'longrun_notifier_ignored_total',
  help: 'Messages that this process has received through NATS and ignored: oversized, without the right signature (forged), or malformed.',
  labels: ['reason'],
})

export const notifierDropped = counter({
  name: 'longrun_notifier_dropped_total',
  help: 'Messages that were not sent through NATS, because the server did not confirm earlier ones (unconfirmed). Their receivers poll.',
  labels: ['reason'],
})

export const limitErrors = counter({
  name: 'longrun_limit_errors_total',
  help: 'Counts of rate limits or open streams that failed because the database does not respond.',
})

// Prometheus sees an increase only of a series that it has seen before.
for (const outcome of deliveryOutcomes) deliveriesSent([outcome], 0)
for (const reason of ['crashed', 'memory', 'unresponsive', 'abandoned', 'closed']) executorExits([reason], 0)
