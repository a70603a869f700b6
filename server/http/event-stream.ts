import type { ServerResponse } from 'node:http'
import type { EventStream } from '../contract/implementation.ts'

const streams = new WeakMap<Response, EventStream>()

/** The response with a stream as its body, which the listener sends (`sendStream`); its `body` is null. */
export function withStream(response: Response, stream: EventStream): Response {
  streams.set(response, stream)
  return response
}

export function streamOf(response: Response): EventStream | undefined {
  return streams.get(response)
}

/**
 * Sends the head, and lets the stream write to the connection itself. A web stream in between would cost each open one several times the memory
 * that it needs.
 */
export function sendStream(outgoing: ServerResponse, response: Response, stream: EventStream) {
  if (outgoing.destroyed) return
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.flushHeaders()
  // What is written to one that is gone would be an error that nobody waits for.
  const isOpen = () => !outgoing.destroyed && !outgoing.writableEnded
  outgoing.on('error', () => {})
  const { drained, closed } = stream({
    write: (text) => isOpen() && outgoing.write(text),
    end: () => outgoing.end(),
    cut: () => outgoing.destroy(),
  })
  outgoing.on('drain', drained)
  outgoing.on('close', closed)
}
