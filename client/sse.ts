/** An event that a stream sends, or an `id` alone. */
export type SseMessage = { id: string | undefined; data: string | undefined }

/**
 * A parser of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Feed it the text in chunks, split
 * anywhere. It ignores the field `event`: the data of each event of the service contains its name.
 */
export function sseParser(onMessage: (message: SseMessage) => void, onRetry: (ms: number) => void) {
  let rest: string | undefined
  let id: string | undefined
  let data: string | undefined

  function take(line: string) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (line === '') {
      if (id !== undefined || data !== undefined) onMessage({ id, data })
      id = data = undefined
    } else if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
  }

  return (chunk: string): void => {
    if (chunk === '') return
    const text = rest === undefined ? chunk.replace(/^\uFEFF/, '') : rest + chunk
    // The last line is incomplete, and a CR at the end may be the first half of a CRLF.
    const lines = text.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
}
