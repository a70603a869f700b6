/** A response with server-sent events that this page writes itself. */

/** A reader takes a silent stream for a dead one. */
const commentMs = 15_000

type Sent = { id: string; event: { event: string } }

export function eventSource(signal: AbortSignal) {
  const encoder = new TextEncoder()
  const onClosed: (() => void)[] = []
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let isClosed = false
  const write = (text: string) => controller?.enqueue(encoder.encode(text))

  function close(finish: () => void) {
    if (isClosed) return
    isClosed = true
    clearInterval(comments)
    signal.removeEventListener('abort', abort)
    for (const call of onClosed) call()
    finish()
  }
  const abort = () => close(() => controller?.error(signal.reason))

  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
      write('retry: 1000\n\n')
    },
    cancel: () => close(() => {}),
  })
  const comments = setInterval(() => write(':\n\n'), commentMs)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)

  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    isClosed: () => isClosed,
    send(events: readonly Sent[]) {
      if (isClosed) return
      write(
        events.map(({ id, event }) => `id: ${id}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
      )
    },
    /** All events were sent. */
    end: () => close(() => controller?.close()),
    /** The connection breaks: the reader reconnects. */
    fail: () => close(() => controller?.error(new TypeError('The event stream broke.'))),
    onClose(call: () => void) {
      if (isClosed) call()
      else onClosed.push(call)
    },
  }
}
