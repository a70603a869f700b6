import type { OwnedEvent } from '../database/operations/owner-events.ts'

const instant = /^\d{4}-\d\d-\d\dT/

/**
 * The events of a message about one operation; undefined if they are not consecutive events of that operation, of an owner for whom `isOwner`.
 * A process of this installation wrote them, as the signature shows, so their fields are not checked one by one.
 */
export function readBodies(
  text: string,
  operationId: string,
  isOwner: (ownerId: string) => boolean,
): OwnedEvent[] | undefined {
  const read = parse(text)
  if (!Array.isArray(read) || read.length === 0) return undefined
  const events: OwnedEvent[] = []
  for (const body of read) {
    const event = eventOf(body)
    if (!event || event.operationId !== operationId || !isOwner(event.ownerId)) return undefined
    const before = events.at(-1)
    if (before && event.sequence !== before.sequence + 1) return undefined
    events.push(event)
  }
  return events
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `eventBody` of the database wrote it: the columns of an event, with times as text. */
function eventOf(body: Record<string, unknown> | null): OwnedEvent | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { ownerId, sequence, timestamp, createdAt } = body
  const isEvent =
    typeof ownerId === 'string' &&
    Number.isSafeInteger(sequence) &&
    [timestamp, createdAt].every((time) => typeof time === 'string' && instant.test(time))
  if (!isEvent) return undefined
  return { ...body, timestamp: new Date(timestamp as string), createdAt: new Date(createdAt as string) } as OwnedEvent
}
