import { type CallbackTarget, openCallbackToken } from '../../contract/callback-token.ts'
import { Problem } from '../../contract/problem.ts'

/** The wait that a token completes. Throws NOT_FOUND or CALLBACK_INVALID. Needs no query: a forged token costs the database nothing. */
export function callbackTarget(secret: Uint8Array, token: string): CallbackTarget {
  const target = openCallbackToken(secret, token)
  if (target === 'malformed') throw new Problem('NOT_FOUND', 'There is no such callback URL.')
  if (target === 'forged') {
    throw new Problem('CALLBACK_INVALID', 'The token of the URL was not issued by this service.')
  }
  return target
}
