import { isFull } from '../support/size.ts'

const size = <T>(small: T, full: T): T => (isFull ? full : small)

/** Operations in progress during a fault. */
export const operationCount = size(60, 10_000)
/** Kills or freezes of a worker at each failpoint. Each costs a lease: twenty at each of six places would take half an hour. */
export const workerDeaths = size(1, 10)
/** The same with a file stored and not registered. */
export const storingDeaths = size(1, 20)
/** Minimum number of kills or freezes of random workers, and the interval between them. */
export const workerFaults = size(4, 30)
export const workerFaultEveryMs = size(800, 2000)
/** Kills of a process that ends operations and sends their webhooks. */
export const senderDeaths = size(2, 100)
export const lostResponses = size(1, 50)
export const postgresRestarts = size(1, 3)
/** Seconds of load in which backends are terminated once a second. */
export const terminatingSeconds = size(3, 60)
export const silences = size(1, 5)
export const unnotifiedStarts = size(2, 30)
export const rollingRestarts = size(1, 16)
/** Pause of a caller between two submits in a rolling restart. */
export const restingMs = size(60, 10)
/** Kills of APIs and workers, in turn. */
export const processKills = size(6, 60)
export const cancelRaces = size(40, 500)
/** Readers whose streams are cut, ten per operation, and the number of events of each operation. */
export const cutReaders = size(40, 1000)
export const streamedEvents = size(60, 300)
export const migratedRows = size(20_000, 200_000)
export const fullDisks = size(1, 5)
/** Number of deliveries with each failure at each step. */
export const deliveriesEach = size(1, 5)
/** Whether a process dies at each place of each step, or once at each step. */
export const everyStrike = size(false, true)
/** Run time of a handler that never returns or blocks its event loop; longer than the detection of a blocked event loop. */
export const hostileSeconds = size(7, 60)
/** Operations that run together with hostile operations. */
export const neighbours = size(3, 12)
/** Schedules that are due each second, and for how many seconds. */
export const firedSchedules = size(50, 500)
export const firedSeconds = size(10, 60)
/** Factor for time limits at the small size, where other tests share the machine. */
export const sharing = size(2, 1)
/** Timeout of a test. */
export const timeoutMs = size(180_000, 600_000)
/** Operations submitted while the NATS server is stopped and wiped, or a member of its cluster is killed. */
export const natsOperations = size(60, 2000)
