import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'

export type Security = {
  /** The driver's value for `sslmode`, or options for `tls.connect`. */
  mode: string | boolean | object
  /** Whether TLS starts without a request (`sslnegotiation=direct`). */
  direct: boolean
  connectMs: number
}

/** SSLRequest. The server answers with one byte: `S` for yes. */
const request = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const yes = 'S'

/**
 * Opens a TLS connection to Postgres, with the rules of postgres.js: `require` and weaker modes accept any certificate, and `prefer` falls
 * back to plain text if the server has no TLS. Rejects if that takes longer than `connectMs`.
 */
export async function openSecure(
  { host, port }: { host: string; port: number },
  { mode, direct, connectMs }: Security,
): Promise<net.Socket> {
  const late = AbortSignal.timeout(connectMs)
  const plain = net.connect({ host, port })
  let socket = plain
  try {
    await once(plain, 'connect', { signal: late })
    if (!direct && !(await offersTls(plain, late))) {
      if (mode === 'prefer') return plain
      throw new Error('DATABASE_URL requires TLS, which the database does not support')
    }
    const secure = tls.connect({
      socket: plain,
      ...(net.isIP(host) ? {} : { servername: host }),
      ...(direct ? { ALPNProtocols: ['postgresql'] } : {}),
      ...optionsOf(mode),
    })
    socket = secure
    await once(secure, 'secureConnect', { signal: late })
    return secure
  } catch (cause) {
    // Later errors of the socket are ignored.
    socket.on('error', () => {}).destroy()
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

function optionsOf(mode: Security['mode']): object {
  if (typeof mode === 'object') return mode
  return mode === 'require' || mode === 'allow' || mode === 'prefer' ? { rejectUnauthorized: false } : {}
}
