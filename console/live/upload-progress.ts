/**
 * Uploads with progress: `fetch` reports none, and a stream as a body, which could be counted, needs HTTP/2. One upload at a time is reported.
 */
import { useSyncExternalStore } from 'react'

export type UploadProgress = { bytes: number; totalBytes: number }

const listeners = new Set<() => void>()
let progress: UploadProgress | undefined

function report(next: UploadProgress | undefined) {
  progress = next
  for (const call of listeners) call()
}

/** The progress of the upload that is being sent. */
export function useUploadProgress(): UploadProgress | undefined {
  return useSyncExternalStore(
    (onChange) => {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
    () => progress,
  )
}

export async function fetchWithUploads(request: Request): Promise<Response> {
  const isUpload = request.method === 'POST' && new URL(request.url).pathname.endsWith('/uploads')
  return isUpload ? sendUpload(request, await request.blob()) : fetch(request)
}

function sendUpload({ url, headers, signal }: Request, body: Blob): Promise<Response> {
  const answer = Promise.withResolvers<Response>()
  const sending = new XMLHttpRequest()
  sending.open('POST', url)
  for (const [name, value] of headers) sending.setRequestHeader(name, value)
  sending.upload.onprogress = ({ loaded }) => report({ bytes: loaded, totalBytes: body.size })
  sending.onload = () => {
    const mediaType = sending.getResponseHeader('content-type')
    answer.resolve(
      new Response(sending.responseText, {
        status: sending.status,
        statusText: sending.statusText,
        headers: mediaType ? { 'content-type': mediaType } : {},
      }),
    )
  }
  sending.onerror = () => answer.reject(new TypeError('The connection broke while the file was sent.'))
  sending.onabort = () => answer.reject(signal.reason)
  const abort = () => sending.abort()
  signal.addEventListener('abort', abort)
  if (signal.aborted) answer.reject(signal.reason)
  else sending.send(body)
  return answer.promise.finally(() => {
    signal.removeEventListener('abort', abort)
    report(undefined)
  })
}
