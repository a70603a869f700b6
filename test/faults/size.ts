/**
 * How much each fault does. `npm run test:faults` sets FAULTS=full; without it the suite is small, so that it can be part of `npm test`.
 */
export const full = process.env.FAULTS === 'full'

const size = <T>(small: T, whole: T): T => (full ? whole : small)

/** Operations that a fault has under way, where a promise names 10,000. */
export const operationCount = size(60, 10_000)
/** Times that a worker dies or freezes at each of its failpoints: each costs a lease, and six places of twenty would take half an hour. */
export const workerDeaths = size(1, 10)
/** The same with a file stored and not registered. */
export const storingDeaths = size(1, 20)
/** Blows that fall on workers at random, at least, and how long apart. */
export const blows = size(4, 30)
export const blowEveryMs = size(800, 2000)
/** Times that a process is killed that ends operations and sends their webhooks. */
export const senderDeaths = size(2, 100)
export const dyingReplies = size(1, 50)
export const postgresRestarts = size(1, 3)
/** Seconds of load under which backends are terminated, once a second. */
export const terminatingSeconds = size(3, 60)
export const silences = size(1, 5)
export const hintlessStarts = size(2, 30)
export const rollingRestarts = size(1, 16)
/** How long a caller under a rolling restart rests between two submits. */
export const restingMs = size(60, 10)
export const cancelRaces = size(40, 500)
/** Readers of streams that are cut, ten of each operation, and the events of each. */
export const cutReaders = size(40, 1000)
export const followedEvents = size(60, 300)
export const migratedRows = size(20_000, 200_000)
export const fullDisks = size(1, 5)
/** Deliveries that meet each trouble at each of their steps. */
export const deliveriesEach = size(1, 5)
/** Whether a process dies at each place of each step, or at a third of them. */
export const everyStrike = size(false, true)
/** Run time of a handler that never returns, or blocks its event loop for as long; more than it takes to be found blocked. */
export const hostileSeconds = size(7, 60)
/** Operations that run beside hostile ones. */
export const neighbours = size(3, 12)
/** At the small size other tests share the machine: what holds a time may take so many times as long. */
export const sharing = size(2, 1)
/** Longest that a test of the suite may take. */
export const timeoutMs = size(180_000, 600_000)
