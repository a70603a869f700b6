import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A raw connection to the service, on which a test sends single bytes. */
export async function rawSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Sends lines and reads until the service has sent `pattern`, or closes. */
export async function exchange(
  url: string,
  lines: string[],
  body: string | Buffer = '',
  pattern = /\r\n\r\n/,
): Promise<string> {
  const socket = await rawSocket(url)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (body.length > 0) socket.write(body)
  const text = await received(socket, pattern)
  socket.destroy()
  return text
}

/** Reads until the text matches `pattern`, or the connection is closed. */
export function received(socket: Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
      if (pattern.test(text)) resolve(text)
    })
    socket.on('close', () => resolve(text))
  })
}

/** Everything that is received until the service ends the connection, and the elapsed milliseconds. */
export async function untilClosed(socket: Socket): Promise<{ text: string; ms: number }> {
  const startMs = performance.now()
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  await once(socket, 'close')
  return { text, ms: performance.now() - startMs }
}

/** The head of a request with a body of `length` bytes. */
export function head(
  path: string,
  {
    key,
    bytes,
    type = 'application/json',
    method = 'POST',
  }: { key: string; bytes: number | 'chunked'; type?: string; method?: string },
): string {
  const length = bytes === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${key}`,
    `Content-Type: ${type}`,
    length,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Parses a raw response. */
export function answerOf(text: string): { status: number; headers: Headers; body: Record<string, unknown> } {
  const [top = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = top.split('\r\n')
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]))
  return { status: Number(first.split(' ')[1]), headers, body: JSON.parse(rest.join('\r\n\r\n')) }
}
