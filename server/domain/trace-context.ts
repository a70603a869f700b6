/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context-2/). The context is stored with an operation as one text: `traceparent`, and after a
 * space `tracestate` if there is one. Only texts that `parseTraceContext` has returned, and those of the service's own spans, are stored.
 */

export type TraceHeaders = { traceparent: string; tracestate?: string }

/** `version-traceid-parentid-flags`; later versions may have more fields. A comma would be a second header. */
const traceparentForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x2b\x2d-\x7e]*)?$/
const traceparentLength = 55
/** Of a later version: more than anybody sends. */
const longestTraceparent = 512
const noTrace = '0'.repeat(32)
const noParent = '0'.repeat(16)
/** Sampled, and random trace id. The others are reserved and sent as zero (§3.2.2.5). */
const knownFlags = 0b11

const member = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const mostMembers = 32
/** Of the stored `tracestate`; §3.3.1.5 asks for at least as much. */
const longestState = 512
const longestRead = 4096
const longMember = 128

/**
 * The context of a request with these headers, as it is stored. Undefined if `traceparent` is missing or malformed: the request then begins a
 * trace of its own. A malformed `tracestate` is left out. Never throws: a client cannot be asked to send another one.
 */
export function parseTraceContext(
  traceparent: string | null | undefined,
  tracestate?: string | null,
): string | undefined {
  if (!traceparent || traceparent.length > longestTraceparent) return undefined
  const [, version = 'ff', traceId = noTrace, parentId = noParent, flags = '', more] =
    traceparentForm.exec(traceparent) ?? []
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (traceId === noTrace || parentId === noParent) return undefined
  // A later version is passed on as the version that is known here (§4.1).
  const kept = `00-${traceId}-${parentId}-0${Number.parseInt(flags, 16) & knownFlags}`
  const state = tracestate ? stateIn(tracestate) : ''
  return state ? `${kept} ${state}` : kept
}

/** The list members of `tracestate`, at most 512 characters of them; empty if one of them is malformed. */
function stateIn(text: string): string {
  if (text.length > longestRead) return ''
  const members = text
    .split(',')
    .map((one) => one.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((one) => one !== '')
  const keys = new Set(members.map((one) => member.exec(one)?.[1]))
  if (members.length > mostMembers || keys.size < members.length || keys.has(undefined)) return ''
  // Whole members: the long ones first, then from the end (§3.3.1.5).
  const lengthOf = (list: readonly string[]) => list.join(',').length
  const kept = lengthOf(members) > longestState ? members.filter(({ length }) => length <= longMember) : members
  while (lengthOf(kept) > longestState) kept.pop()
  return kept.join(',')
}

/** The headers of a stored context. */
export function traceHeaders(stored: string): TraceHeaders {
  const traceparent = traceparentOf(stored)
  const tracestate = stored.slice(traceparentLength + 1)
  return tracestate ? { traceparent, tracestate } : { traceparent }
}

export function traceparentOf(stored: string): string {
  return stored.slice(0, traceparentLength)
}

export function traceIdOf(stored: string): string {
  return stored.slice(3, 35)
}

/** What is submitted. `type`: undefined for a batch, which has `count` operations. `retried`: the stored context of the operation that is retried. */
export type SendFacts = { type?: string; count?: number; retried?: string | null }

/** How a submit ended. `operationId`: in the API's format. `replayed`: the stored context of the operation that a replay returned. */
export type Sent = { operationId?: string; batchId?: string; replayed?: string | null; code?: string }

/** The submit of an operation or a batch. */
export type Send = {
  /** The trace context that is stored with what is created. Undefined: none. */
  context: string | undefined
  /** Undefined without a span. */
  end?: (sent: Sent) => void
}
