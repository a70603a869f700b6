import { Problem } from '../contract/problem.ts'

/** Seconds after which an operation may have ended: nobody knows when one will. */
const restSeconds = 5

/** The owner has as many operations that have not ended as it may have. */
export function tooManyOperations(cap: number) {
  return new Problem(
    'TOO_MANY_OPERATIONS',
    `You may have ${words(cap)} operations that have not ended. Wait until some have, or cancel some.`,
    { retryAfter: restSeconds },
  )
}

/** The owner has stored what it may store, or what it sends would be more. */
export function storageFull({ left, cap }: { left: number; cap: number }) {
  return new Problem(
    'STORAGE_FULL',
    `You may have ${words(cap)} bytes stored, of which ${words(left)} are left. Purge operations, or wait until some expire.`,
  )
}

const words = (figure: number) => figure.toLocaleString('en')
