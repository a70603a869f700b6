import type { Readable } from 'node:stream'
import type { OperationId } from '../../generated/operations.ts'
import type { operations } from '../../generated/schema.ts'
import type { Send, SendFacts } from '../domain/trace-context.ts'
import type { Problem } from './problem.ts'
import type { problems } from './problems.ts'

/** The authenticated caller. Requests without a credential (`security: []`) have the empty owner, which owns nothing. */
export type Caller = {
  ownerId: string
  /** The name of the credential in histories and the audit log: `key:` and the visible part of an API key, `jwt:` and the subject of a token. */
  actor: string
  scopes: ReadonlySet<string>
  /** Identifies the credential when it is checked again. It cannot be used to authenticate. */
  credential: string
  /** The key under which its rate limits count: the credential, or for a token all tokens of its subject. */
  rateLimitKey: string
}

/** Whom a request without a caller concerns, for the audit log. `operationId`: in the API's format. */
export type Concerned = { ownerId: string; actor: string; operationId: string }

/** An operation of a spec document, as its generated types describe it. */
export type Described = {
  parameters: { path?: unknown; query?: unknown; header?: unknown }
  requestBody?: unknown
  responses: unknown
}

/** A request that passed authentication and the schemas of the spec. */
type RequestFor<Operation extends Described> = RequestFacts & {
  path: Present<Operation['parameters']['path']>
  query: Present<Operation['parameters']['query']>
  /** By lower-case name. */
  headers: LowerCase<Present<Operation['parameters']['header']>>
  body: RequestBody<NonNullable<Operation['requestBody']>>
}

export type RequestOf<Id extends OperationId> = RequestFor<operations[Id]>

/** What is known of every request. */
export type RequestFacts = {
  method: string
  caller: Caller
  /**
   * Counts the request as this many more of its class. With `allOrNothing` it throws `RATE_LIMITED` unless all are admitted. `refusal`: of those that
   * are not admitted.
   */
  countMore(more: number, options?: { allOrNothing?: boolean }): Promise<{ admitted: number; refusal?: Problem }>
  /** Records whom a request without a caller concerns. */
  concerns(concerned: Concerned): void
  /** Starts to trace a submit, and returns the trace context to store with what it creates. */
  startSend(facts: SendFacts): Send
  requestId: string
  /** The client's address, as reported by trusted proxies; empty when the connection closed before it was read. */
  address: string
  /** Aborted when the client disconnects. */
  signal: AbortSignal
}

/** A body that is not JSON, as a stream. `declaredBytes` is `Content-Length`, if sent. */
export type RawBody<MediaType> = {
  mediaType: MediaType
  declaredBytes?: number
  stream: AsyncIterable<Uint8Array> | null
}

/**
 * The responses that the spec allows for a request: each success with its body and headers, and each problem whose status the spec lists.
 * `X-Request-Id` and the rate limit headers are added to every response.
 */
type ResponseFor<Operation extends Described> =
  | { [Status in SuccessOf<Operation>]: Answer<Status, Operation['responses'][Status]> }[SuccessOf<Operation>]
  | Problem<CodeOf<keyof Operation['responses']>>

export type ResponseOf<Id extends OperationId> = ResponseFor<operations[Id]>

/** One function for each operation of a document. `Operations`: its generated types. */
export type ImplementationOf<Operations extends Record<keyof Operations, Described>> = {
  [Id in keyof Operations]: (request: RequestFor<Operations[Id]>) => Promise<ResponseFor<Operations[Id]>>
}

/** One function for each operation of the contract. */
export type Implementation = ImplementationOf<Pick<operations, OperationId>>

/** A response without its static type, as the route table handles it. */
export type AnyResponse = {
  status: number
  headers?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
  mediaType?: string
  content?: string | Uint8Array | Readable
  stream?: EventStream
}

/** An implementation without its static types, as the route table handles it. */
export type AnyImplementation = (request: unknown) => Promise<AnyResponse | Problem>

/** Why an event stream is closed. `closing`: this process stops. `slow`: the consumer did not read for too long. */
export type CloseReason = 'ended' | 'gone' | 'failed' | 'closing' | 'revoked' | 'slow'

/** The connection that an event stream writes to: server-sent events or a WebSocket. */
export type EventSink = {
  /** Sends a message at once. False: the consumer is slow; wait for `drained` before the next message. */
  write(message: string | Uint8Array): boolean
  /** Sends a heartbeat: a comment (SSE), or a ping that must be answered before the next one (WebSocket). */
  ping(): void
  /** Closes after everything that was written. */
  close(reason: CloseReason): void
  /** Closes at once. */
  destroy(): void
}

/** The connection's callbacks to what writes to it. */
export type EventWriter = {
  /** The consumer has read everything that was written. */
  drained(): void
  /** The connection is closed; nothing can be written any more. */
  closed(): void
}

/**
 * Starts to write events once the response's head was sent, or the connection has switched to WebSocket (status 101). There is no stream
 * object between writer and socket: most connections are idle most of the time, and each such object costs memory.
 */
export type EventStream = (sink: EventSink) => EventWriter

type Present<T> = [NonNullable<T>] extends [never] ? Record<never, never> : NonNullable<T>

type LowerCase<T> = { [Name in keyof T as Name extends string ? Lowercase<Name> : Name]: T[Name] }

type RequestBody<T> = [T] extends [never]
  ? undefined
  : T extends { content: { 'application/json': infer Json } }
    ? Json
    : T extends { content: infer Content }
      ? RawBody<keyof Content & string>
      : undefined

type Success = 101 | 200 | 201 | 202 | 204 | 206 | 303 | 304 | 307

type SuccessOf<Operation extends Described> = keyof Operation['responses'] & Success

type Answer<Status, Response> = { status: Status; headers?: AnswerHeaders<Response> } & (Status extends 101
  ? { stream: EventStream }
  : AnswerBody<Response>)

type AnswerHeaders<Response> = Response extends { headers: infer Headers }
  ? Closed<{ [Name in keyof Headers as Listed<Name>]?: Headers[Name] }>
  : Record<string, never>

// `{}` accepts every property.
type Closed<T> = [keyof T] extends [never] ? Record<string, never> : T

// The generated types accept any other header by an index signature.
type Listed<Name> = string extends Name ? never : Name extends EverywhereHeader ? never : Name

type EverywhereHeader = 'X-Request-Id' | 'RateLimit' | 'RateLimit-Policy'

type AnswerBody<Response> = Response extends { content: { 'text/event-stream': string } }
  ? { mediaType: 'text/event-stream'; stream: EventStream }
  : Response extends { content: { 'text/html': string } }
    ? RawAnswer<'text/html'>
    : Response extends { content: { 'text/css': string } }
      ? RawAnswer<'text/css' | 'text/javascript'>
      : Response extends { content: { 'text/javascript': string } }
        ? RawAnswer<keyof Response['content'] & ('text/javascript' | 'image/svg+xml')>
        : Response extends { content: { 'text/csv': string } }
          ? RawAnswer<string>
          : Response extends { content: { 'application/json': infer Json } }
            ? JsonAnswer<Json>
            : { body?: undefined }

// `type: object` without properties: a document that is encoded once.
type JsonAnswer<Json> = string extends keyof Json ? RawAnswer<'application/json'> : { body: Json }

type RawAnswer<MediaType> = { mediaType: MediaType; content: string | Uint8Array | Readable }

/** The problem codes with one of these statuses. */
type CodeOf<Status> = {
  [Code in keyof typeof problems]: (typeof problems)[Code]['status'] extends Status ? Code : never
}[keyof typeof problems]
