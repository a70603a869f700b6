import { Problem, type ProblemDocument, problemDocument } from './problem.ts'

/** The document of a problem that is not a response. */
export function documentOf({ code, message, extra }: Problem): ProblemDocument {
  return problemDocument(code, { ...extra, detail: message })
}

/** A problem in plain words, for people and agents: the cause, each violation, and when to try again. */
export function problemText(problem: Problem | ProblemDocument): string {
  const { code, detail, errors = [], cause, retryAfter } = problem instanceof Problem ? documentOf(problem) : problem
  const places = errors.map(({ pointer, parameter, message }) => {
    const place = parameter ?? (pointer ?? '').slice(1).replaceAll('/', '.')
    return `- ${place === '' ? 'The input' : place}: ${message}`
  })
  // The detail of an invalid input repeats its first violation.
  const first = code === 'INVALID_INPUT' && places.length > 0 ? 'correct these fields.' : detail
  const because = cause ? [`Cause: ${cause.detail}`] : []
  const again = retryAfter === undefined ? [] : [`Try again in ${retryAfter} seconds.`]
  return [`${code}: ${first}`, ...places, ...because, ...again].join('\n')
}
