/**
 * Makes the links in an answer of the service absolute: paths that begin with `/api/v1/`, in the fields for links. `origin` is the address at
 * which the client reaches the service. What callers wrote, such as labels and the data of log lines, stays as it is, and so do schemas.
 */
export function withAbsoluteLinks<Answer>(answer: Answer, origin: string): Answer {
  return resolved(answer, 'other', origin) as Answer
}

type Place = 'link' | 'event' | 'other'

function resolved(value: unknown, place: Place, origin: string): unknown {
  if (typeof value === 'string') return place === 'link' && value.startsWith('/api/v1/') ? origin + value : value
  if (Array.isArray(value)) return value.map((each) => resolved(each, 'other', origin))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      // `data` of an event: what a handler wrote, or the result of the operation.
      if (place === 'event') return [field, field === 'result' ? resolved(inner, 'other', origin) : inner]
      if (['labels', 'input', 'filters', 'schema'].includes(field)) return [field, inner]
      if (field === 'data') return [field, resolved(inner, 'event', origin)]
      if (field === 'links') return [field, linksOf(inner, origin)]
      return [field, resolved(inner, field === 'url' || field.endsWith('Url') ? 'link' : 'other', origin)]
    }),
  )
}

function linksOf(links: unknown, origin: string): unknown {
  if (typeof links !== 'object' || links === null) return links
  const socketOrigin = origin.replace(/^http/, 'ws')
  const entries = Object.entries(links).map(([name, link]) => [
    name,
    resolved(link, 'link', name === 'socket' ? socketOrigin : origin),
  ])
  return Object.fromEntries(entries)
}

/** The same for each event of a stream. */
export async function* eachWithAbsoluteLinks<Event>(
  events: AsyncGenerator<Event, void, void>,
  origin: string,
): AsyncGenerator<Event, void, void> {
  for await (const event of events) yield withAbsoluteLinks(event, origin)
}
