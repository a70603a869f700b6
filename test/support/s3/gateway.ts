import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AccessKey, signatureError } from './signature.ts'

/** What happens to a request instead of the server's answer. */
export type Fault =
  | { kind: 'answer'; status: number; code: string; headers?: Record<string, string> }
  /** Never answered. */
  | { kind: 'hang' }
  /** The connection is reset before the answer. With `executed`, the server has executed the request. */
  | { kind: 'reset'; executed?: boolean }
  /** The body of the answer ends after this many bytes, with its full or with this Content-Length. */
  | { kind: 'truncate'; bytes: number; contentLength?: number }

export type Seen = { method: string; url: string; headers: IncomingMessage['headers']; operation: string; key: string }

export type Gateway = {
  url: string
  /** The requests so far. */
  seen: Seen[]
  /** Codes of signatures that were wrong. */
  rejected: string[]
  /** Keys of unfinished multipart uploads. */
  unfinished(): string[]
  fault: ((request: Seen) => Fault | undefined) | undefined
  /** Whether the server knows conditional writes. */
  conditional: boolean
  close(): Promise<void>
}

/**
 * Stands in front of a test server. Requires right signatures, which the test servers do not, and adds what they lack: conditional writes,
 * a list of multipart uploads, their abort, and headers of a response that the request states.
 */
export async function startGateway(backend: string, bucket: string, accessKey: AccessKey): Promise<Gateway> {
  const uploads = new Map<string, string>()

  async function forward({ method, url }: Seen, body: Uint8Array, headers: Record<string, string>) {
    const bytes = method === 'GET' || method === 'HEAD' || body.length === 0 ? {} : { body }
    const response = await fetch(backend + url, { method, headers, ...bytes, redirect: 'manual' } as RequestInit)
    return { response, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = Buffer.concat(await Array.fromAsync(request))
    const { method = '', url = '', headers } = request
    const { pathname, searchParams: query } = new URL(url, backend)
    const key = pathname.slice(bucket.length + 2)
    const one = { method, url, headers, key, operation: operationOf(method, query, key) }
    gateway.seen.push(one)
    const wrong = signatureError({ method, url, headers, body }, accessKey)
    if (wrong) {
      gateway.rejected.push(wrong)
      return refuse(response, 403, wrong)
    }
    const fault = gateway.fault?.(one)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset' && !fault.executed) return void request.socket.resetAndDestroy()
    if (fault?.kind === 'answer') return refuse(response, fault.status, fault.code, fault.headers)

    const uploadId = query.get('uploadId') ?? ''
    if (one.operation === 'list uploads') return xml(response, 200, listOf(query.get('prefix') ?? ''))
    if (uploadId !== '' && !uploads.has(uploadId)) return refuse(response, 404, 'NoSuchUpload')
    const isConditional = headers['if-none-match'] === '*'
    if (isConditional && !gateway.conditional) return refuse(response, 501, 'NotImplemented')
    const kept = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !/^(host|connection|content-length|if-none-match|expect)$/.test(name)),
    ) as Record<string, string>
    if (isConditional) {
      const head = await fetch(`${backend}${pathname}`, { method: 'HEAD' })
      if (head.ok) return refuse(response, 412, 'PreconditionFailed')
    }
    if (one.operation === 'abort') {
      uploads.delete(uploadId)
      response.writeHead(204).end()
      return
    }
    const got = await forward(one, body, kept)
    const { status } = got.response
    if (one.operation === 'begin' && status === 200) {
      uploads.set(/<UploadId>([^<]+)/.exec(got.bytes.toString())?.[1] ?? '', key)
    }
    if (one.operation === 'complete' && status === 200) uploads.delete(uploadId)
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
    const sent = Object.fromEntries(got.response.headers)
    delete sent['transfer-encoding']
    delete sent.connection
    for (const [name, value] of query) if (name.startsWith('response-')) sent[name.slice(9)] = value
    if (fault?.kind === 'truncate') {
      response.writeHead(status, { ...sent, 'content-length': fault.contentLength ?? got.bytes.length })
      response.write(got.bytes.subarray(0, fault.bytes), () => response.destroy())
      return
    }
    response.writeHead(status, sent)
    response.end(method === 'HEAD' ? undefined : got.bytes)
  }

  function listOf(prefix: string) {
    const found = [...uploads].filter(([, key]) => key.startsWith(prefix))
    const entries = found.map(([id, key]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`)
    return `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    rejected: [],
    unfinished: () => [...uploads.values()],
    fault: undefined,
    conditional: true,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return gateway
}

function operationOf(method: string, query: URLSearchParams, key: string): string {
  if (key === '' && query.has('uploads')) return 'list uploads'
  if (method === 'POST') return query.has('uploads') ? 'begin' : 'complete'
  if (method === 'PUT') return query.has('partNumber') ? 'part' : 'put'
  if (method === 'DELETE') return query.has('uploadId') ? 'abort' : 'delete'
  return method === 'HEAD' ? 'head' : 'get'
}

function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}) {
  xml(response, status, `<Error><Code>${code}</Code><Message>refused by the test</Message></Error>`, headers)
}

function xml(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`)
}
