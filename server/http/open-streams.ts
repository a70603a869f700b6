import type { StreamReader } from '../contract/implementation.ts'
import type { Reply } from './answers.ts'

/** A caller who has gone before the stream began never closes it. */
const beginMs = 10_000

/** The reply whose stream or socket calls `closed`, once, when it has closed or was never begun. */
export function countedReply({ stream, socket, ...reply }: Reply, closed: () => void): Reply {
  const unbegun = setTimeout(closed, beginMs).unref()
  const counted = <Sink, Reader extends StreamReader>(begin: (sink: Sink) => Reader) => {
    return (sink: Sink): Reader => {
      const reader = begin(sink)
      clearTimeout(unbegun)
      const gone = () => {
        closed()
        reader.closed()
      }
      return { ...reader, closed: gone }
    }
  }
  return { ...reply, ...(stream && { stream: counted(stream) }), ...(socket && { socket: counted(socket) }) }
}
