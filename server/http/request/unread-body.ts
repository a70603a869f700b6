import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Problem } from '../../contract/problem.ts'

type Exchanged = { incoming: IncomingMessage; outgoing: ServerResponse }

/** With more of the body left to read, closing the connection is cheaper than reading the rest. */
const maxDrainedBytes = 65_536
/** How long, and for how many bytes, a client may go on sending a body after its request was refused. */
const lingerMs = 5000
const maxLingerBytes = 64 * 2 ** 20
const checkMs = 250

/** Whether the connection should close after a refused request, because of the unread rest of its body. */
export function leavesBody(exchanged: Exchanged, refused: Problem): boolean {
  const { headers, complete } = exchanged.incoming
  if (refused.code === 'CONTENT_TOO_LARGE' || refused.code === 'REQUEST_TIMEOUT') return true
  // The client may send the body or not, so the next bytes have no meaning. RFC 9110 §10.1.1.
  if (isAwaitingContinue(exchanged)) return true
  const isLarge = Number(headers['content-length'] ?? 0) > maxDrainedBytes
  return (isLarge || headers['transfer-encoding'] !== undefined) && !complete
}

/**
 * Makes the connection close in stages once its response is sent: its sending side at first, and all of it when the client has closed it, or
 * after 5 s. Closed at once, unread bytes would make the client's system discard the response. RFC 9112 §9.6.
 */
export function closeInStages({ incoming }: Exchanged) {
  const { socket } = incoming
  let isClosing = false
  socket.destroySoon = () => {
    if (isClosing || socket.destroyed) return
    isClosing = true
    socket.end()
    incoming.resume()
    const startMs = performance.now()
    const startBytes = socket.bytesRead
    const timer = setInterval(() => {
      const isLate = performance.now() - startMs > lingerMs
      if (isLate || socket.bytesRead - startBytes > maxLingerBytes) socket.destroy()
    }, checkMs)
    socket.once('close', () => clearInterval(timer))
  }
}

/** Asks a client that waits for it to send the body. Called before the body is read, so that a refused request gets no 100. */
export function sendContinue(exchanged: Exchanged) {
  if (isAwaitingContinue(exchanged)) exchanged.outgoing.writeContinue()
}

/** RFC 9110 §10.1.1: a server ignores the expectation of HTTP/1.0. */
function isAwaitingContinue({ incoming, outgoing }: Exchanged): boolean {
  const isExpected = incoming.httpVersion !== '1.0' && /^100-continue$/i.test(incoming.headers.expect ?? '')
  // Node offers no property that tells whether 100 was sent.
  return isExpected && !(outgoing as { _sent100?: boolean })._sent100
}
