/** What is told to the caller of an operation whose result cannot be stored. */
export const invalidResult = {
  code: 'INVALID_RESULT',
  detail: 'The work was done, but its result holds a value that cannot be stored.',
}

/**
 * Whether a failed write says that its values cannot be stored, now or ever. Class 22 (data exception): a NUL or half a surrogate
 * pair in a text, a number out of range. 54: too large. A TypeError: not expressible as JSON.
 */
export function isUnstorable(error: unknown): boolean {
  const state = sqlState(error)
  return error instanceof TypeError || state?.startsWith('22') === true || state?.startsWith('54') === true
}

/** The SQLSTATE of a failed query, however deep it is wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code
  }
  return undefined
}
