import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { parametersOf, parseUrl, type Tls, withParameters } from './url.ts'

type Address = { host: string; port: number }

/** SSLRequest. The server answers with one byte: `S` for yes. */
const request = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const yes = 'S'

/** Opens a TLS connection to Postgres. Rejects if that takes longer than `connectMs`. */
export function openSecure(address: Address, { settings, direct }: Tls, connectMs: number): Promise<net.Socket> {
  return connected(address, connectMs, async (plain, signal) => {
    if (!direct && !(await offersTls(plain, signal))) {
      throw new Error('DATABASE_URL requires TLS, which the database does not support')
    }
    const secure = tls.connect({
      socket: plain,
      ...(net.isIP(address.host) ? {} : { servername: address.host }),
      ...(direct ? { ALPNProtocols: ['postgresql'] } : {}),
      ...settings,
    })
    // An error of the inner socket is emitted by this one.
    await once(secure, 'secureConnect', { signal }).catch((error: unknown) => {
      secure.on('error', () => {}).destroy()
      throw error
    })
    return secure
  })
}

/**
 * The URL with `sslmode=require` or `disable` in place of `prefer` and `allow`, as the server has TLS or not. `pg` cannot fall back to plain
 * text, and a process should not change its mind at a reconnect. Unchanged if the server does not answer: connecting reports why.
 */
export async function resolveTls(url: string, connectMs = 10_000): Promise<string> {
  const { host, port, tls: wanted } = parseUrl(url)
  if (!wanted?.isOptional) return url
  try {
    const isOffered = await connected({ host, port }, connectMs, async (plain, signal) => {
      const answer = await offersTls(plain, signal)
      plain.destroy()
      return answer
    })
    return withParameters({ ...parametersOf(url), sslmode: isOffered ? 'no-verify' : 'disable' })
  } catch {
    return url
  }
}

/** Connects and runs `work`; destroys the socket if that fails or takes too long. */
async function connected<Result>(
  { host, port }: Address,
  connectMs: number,
  work: (plain: net.Socket, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(connectMs)
  const plain = net.connect({ host, port })
  try {
    await once(plain, 'connect', { signal: late })
    return await work(plain, late)
  } catch (cause) {
    // Later errors of the socket are ignored.
    plain.on('error', () => {}).destroy()
    if (late.aborted) throw Object.assign(new Error('connecting took too long', { cause }), { code: 'CONNECT_TIMEOUT' })
    throw cause
  }
}

async function offersTls(socket: net.Socket, signal: AbortSignal): Promise<boolean> {
  const answering = once(socket, 'data', { signal })
  socket.write(request)
  const [answer]: Buffer[] = await Promise.race([answering, ended(socket, signal)])
  // More than one byte may have been injected by a man in the middle (CVE-2021-23222).
  if (answer?.length !== 1) throw new Error('the database did not answer whether it has TLS')
  return answer.toString('latin1') === yes
}

async function ended(socket: net.Socket, signal: AbortSignal): Promise<never> {
  await once(socket, 'end', { signal })
  throw Object.assign(new Error('the database ended the connection'), { code: 'CONNECTION_CLOSED' })
}
