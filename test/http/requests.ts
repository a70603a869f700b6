import { expect } from 'vitest'
import type { TestService } from '../support/service.ts'

export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> }

export type Asking = Omit<RequestInit, 'headers'> & {
  headers?: Record<string, string>
  key?: string | null
  json?: unknown
}

/** Sends a request; `key: null` sends no credential. A JSON body is parsed. */
export async function ask(service: TestService, path: string, asking: Asking = {}): Promise<Answer> {
  const { key = service.apiKey, json, ...init } = asking
  const headers = new Headers(init.headers)
  if (key !== null) headers.set('authorization', `Bearer ${key}`)
  if (json !== undefined) headers.set('content-type', 'application/json')
  const response = await fetch(path.startsWith('http') ? path : service.url + path, {
    redirect: 'manual',
    ...init,
    headers,
    ...(json === undefined ? {} : { method: init.method ?? 'POST', body: JSON.stringify(json) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && !response.headers.has('content-disposition')
  return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : {} }
}

export const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
export const report = { reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'CSV' }
export const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

/** Submits a report; returns the operation's path. With `startAfter` the operation stays PENDING. */
export async function submitted(service: TestService, more: Record<string, unknown> = {}): Promise<string> {
  const { status, headers } = await ask(service, '/api/v1/reports:generate', { json: { ...report, ...more } })
  expect(status).toBe(202)
  return headers.get('location') ?? ''
}

/** The operation once it has ended. The service holds each read until then, or for 10 seconds. */
export async function ended(service: TestService, path: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { body } = await ask(service, path, { headers: { prefer: 'wait=10' } })
    if (body.done) return body
  }
}

export function expectProblem(answer: Answer, status: number, code: string) {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body.type).toBe(`/problems/${code}`)
  expect(answer.text).not.toMatch(/\\n +at |select |insert |postgres/i)
}
