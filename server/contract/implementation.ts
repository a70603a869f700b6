import type { Readable } from 'node:stream'
import type { OperationId } from '../../generated/operations.ts'
import type { operations } from '../../generated/schema.ts'
import type { Problem } from './problem.ts'
import type { problems } from './problems.ts'

/** Who asks, from the credential. Requests without one (`security: []`) have the empty owner, which owns nothing. */
export type Caller = {
  ownerId: string
  /** How histories and the audit log name the credential: `key:` and what is visible of an API key, `jwt:` and the subject of a token. */
  actor: string
  scopes: ReadonlySet<string>
  /** Stands for the credential where it must be asked for again; nobody can authenticate with it. */
  credential: string
  /** Whose limits it uses: its own; of a token those of all tokens of its subject, since a fresh one is had for the asking. */
  allowance: string
}

/** A request that has passed authentication and every schema of the spec. */
export type RequestOf<Id extends OperationId> = {
  path: Present<operations[Id]['parameters']['path']>
  query: Present<operations[Id]['parameters']['query']>
  /** By lower-case name. */
  headers: LowerCase<Present<operations[Id]['parameters']['header']>>
  body: RequestBody<NonNullable<operations[Id]['requestBody']>>
  caller: Caller
  requestId: string
  /** The client's, as far as proxies between are trusted; empty when it went before it could be read. */
  address: string
  /** Aborted when the caller goes away. */
  signal: AbortSignal
}

/** A body that is not JSON, as it comes in. `declaredBytes`: what `Content-Length` says, when it is there. */
export type RawBody<MediaType> = {
  mediaType: MediaType
  declaredBytes?: number
  stream: AsyncIterable<Uint8Array> | null
}

/**
 * What a request may be answered with: each success of the spec with its body and headers, and each problem whose status the
 * spec lists for it. (`X-Request-Id` and the headers of the rate limit come with every answer.)
 */
export type ResponseOf<Id extends OperationId> =
  | { [Status in SuccessOf<Id>]: Answer<Status, operations[Id]['responses'][Status]> }[SuccessOf<Id>]
  | Problem<CodeOf<keyof operations[Id]['responses']>>

/** One function for each request of the contract. */
export type Implementation = { [Id in OperationId]: (request: RequestOf<Id>) => Promise<ResponseOf<Id>> }

/** What the route table calls, its types checked by `Implementation`. */
export type AnyResponse = {
  status: number
  headers?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
  mediaType?: string
  content?: string | Readable
  stream?: EventStream
  socket?: EventSocket
}

/** Where the text of an event stream goes. */
export type StreamSink = {
  /** Sends it at once. False: the reader is behind; wait for `drained` with the next. */
  write(text: string | Uint8Array): boolean
  /** Closes after what has been written. */
  end(): void
  /** Closes at once, whatever is under way. */
  cut(): void
}

/** The reader's side of a stream, as its writer hears of it. */
export type StreamReader = {
  /** Has read what was written. */
  drained(): void
  /** Is gone, or all has been sent; nothing can be written any more. */
  closed(): void
}

/**
 * A body that goes on, `text/event-stream`. It is begun once the head of the answer is on its way. Without a stream object between
 * writer and socket, because most of them are idle most of the time, and there are many.
 */
export type EventStream = (sink: StreamSink) => StreamReader

/** Why a WebSocket is closed. RFC 6455 §7.4.1, and the registry of IANA. */
export type CloseCode = 1000 | 1001 | 1008 | 1011 | 1012 | 1013

/** The other end of a WebSocket. */
export type SocketSink = {
  /** Sends a message at once. False: the reader is behind; wait for `drained` with the next. */
  send(text: Uint8Array): boolean
  /** Asks for a pong. */
  ping(): void
  /** Closes after what has been sent, soon, whether or not the reader answers. */
  close(code: CloseCode, reason: string): void
  /** Closes at once, whatever is under way. */
  cut(): void
}

/** The reader's side of a WebSocket, as its writer hears of it. */
export type SocketReader = StreamReader & {
  /** Has answered a ping. */
  ponged(): void
}

/** What follows a switch to WebSocket. It is begun once the connection has switched. */
export type EventSocket = (sink: SocketSink) => SocketReader

type Present<T> = [NonNullable<T>] extends [never] ? Record<never, never> : NonNullable<T>

type LowerCase<T> = { [Name in keyof T as Name extends string ? Lowercase<Name> : Name]: T[Name] }

type RequestBody<T> = [T] extends [never]
  ? undefined
  : T extends { content: { 'application/json': infer Json } }
    ? Json
    : T extends { content: infer Content }
      ? RawBody<keyof Content & string>
      : undefined

type Success = 101 | 200 | 201 | 202 | 204 | 206 | 303 | 304

type SuccessOf<Id extends OperationId> = keyof operations[Id]['responses'] & Success

type Answer<Status, Response> = { status: Status; headers?: AnswerHeaders<Response> } & (Status extends 101
  ? { socket: EventSocket }
  : AnswerBody<Response>)

type AnswerHeaders<Response> = Response extends { headers: infer Headers }
  ? Closed<{ [Name in keyof Headers as Listed<Name>]?: Headers[Name] }>
  : Record<string, never>

// The type of an object without any property lets every property through.
type Closed<T> = [keyof T] extends [never] ? Record<string, never> : T

// The generated types let any other header through, by an index signature.
type Listed<Name> = string extends Name ? never : Name extends EverywhereHeader ? never : Name

type EverywhereHeader = 'X-Request-Id' | 'RateLimit' | 'RateLimit-Policy'

type AnswerBody<Response> = Response extends { content: { 'text/event-stream': string } }
  ? { mediaType: 'text/event-stream'; stream: EventStream }
  : Response extends { content: { 'text/html': string } }
    ? RawAnswer<'text/html'>
    : Response extends { content: { 'text/csv': string } }
      ? RawAnswer<string>
      : Response extends { content: { 'application/json': infer Json } }
        ? { body: Open<Json> }
        : { body?: undefined }

// `type: object` alone is generated as an object that can have no member.
type Open<Json> = string extends keyof Json ? object : Json

type RawAnswer<MediaType> = { mediaType: MediaType; content: string | Readable }

/** The problem codes that the catalogue gives one of these statuses. */
type CodeOf<Status> = {
  [Code in keyof typeof problems]: (typeof problems)[Code]['status'] extends Status ? Code : never
}[keyof typeof problems]
