import { afterAll, describe, expect, it } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { generateKey } from '../../server/auth/api-key.ts'
import { type TestService, testOwner } from '../support/service.ts'
import { declaredAnswers, declaredStatuses } from '../support/spec-check.ts'
import { cutDatabase, onDatabase } from './database.ts'
import { answerOf, head, rawSocket, untilClosed } from './raw.ts'
import { type Asking, ask, expectProblem, inAnHour, submitted } from './requests.ts'

/** Defines the test only if the endpoint declares the status. */
const itIf = (declared: boolean) => (declared ? it : () => {})

/**
 * A request that would succeed. `needs`: the scope that it requires, unless that is a scope of operations. `readsNoTable`: it uses only the
 * clock of the database before the response begins. `openBody`: its body may have any field.
 */
export type Example = {
  operationId: string
  path: () => string
  asking?: Asking
  needs?: 'admin'
  readsNoTable?: boolean
  openBody?: boolean
  /** For an operation of a dialect: checks an error in its shape. */
  expectError?: typeof expectProblem
  /** For a submit by a dialect. */
  stores?: boolean
}

/**
 * The refusals that all endpoints have in common, as far as the spec declares them for the operation: 400, 401, 403, 408, 413, 415, 422.
 */
export function describeRefusals(service: () => TestService, examples: readonly Example[]) {
  describe.each(examples)('$operationId refuses', ({ operationId, path, asking = {}, needs, openBody, ...more }) => {
    const { expectError = expectProblem } = more
    const declared = declaredStatuses(operationId)
    const withBody = asking.json !== undefined || asking.body !== undefined

    itIf(declared.includes(400))('400 an unknown query parameter, and names it', async () => {
      const at = path()
      const answer = await ask(service(), `${at}${at.includes('?') ? '&' : '?'}bogus=1`, asking)
      expectError(answer, 400, 'INVALID_REQUEST')
      if (more.expectError) return expect(answer.text).toContain('bogus')
      expect(answer.body.errors).toEqual([
        { parameter: 'bogus', message: expect.stringContaining('is not a known query parameter') },
      ])
    })

    itIf(declared.includes(401))('401 no credential, an unknown one, one in the query', async () => {
      for (const key of [null, 'not-a-key-of-anybody']) {
        const answer = await ask(service(), path(), { ...asking, key })
        expectError(answer, 401, 'UNAUTHENTICATED')
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="longrun"/)
      }
      expectError(
        await ask(service(), `${path()}?key=${service().apiKey}`, { ...asking, key: null }),
        401,
        'UNAUTHENTICATED',
      )
    })

    itIf(declared.includes(403) && declared.includes(401))('403 a key that lacks the scope', async () => {
      const { powerlessKey, readerKey } = service()
      const answer = await ask(service(), path(), { ...asking, key: needs === 'admin' ? readerKey : powerlessKey })
      expectError(answer, 403, 'INSUFFICIENT_SCOPE')
    })

    itIf(declared.includes(415) && withBody)('415 another media type, and a compressed body', async () => {
      const body = 'a: 1'
      const other = await ask(service(), path(), {
        method: asking.method ?? 'POST',
        body,
        headers: { 'content-type': 'application/yaml' },
      })
      expectError(other, 415, 'UNSUPPORTED_MEDIA_TYPE')
      const headers = { ...asking.headers, 'content-encoding': 'gzip' }
      expectError(await ask(service(), path(), { ...asking, headers }), 415, 'UNSUPPORTED_MEDIA_TYPE')
    })

    itIf(declared.includes(413) && asking.json !== undefined)(
      '413 for a JSON body over its limit, chunked too',
      async () => {
        const json = { filler: 'x'.repeat(1_000_000) }
        expectError(await ask(service(), path(), { ...asking, json }), 413, 'CONTENT_TOO_LARGE')
        const chunks = new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(JSON.stringify(json)))
            controller.close()
          },
        })
        const headers = { 'content-type': 'application/json' }
        const init = { method: asking.method ?? 'POST', body: chunks, headers, duplex: 'half' } as Asking
        expectError(await ask(service(), path(), init), 413, 'CONTENT_TOO_LARGE')
      },
    )

    itIf(declared.includes(422) && asking.json !== undefined && !openBody)(
      '422 an unknown field, and names it',
      async () => {
        const answer = await ask(service(), path(), { ...asking, json: { ...(asking.json as object), bogus: 1 } })
        expectError(answer, 422, 'INVALID_INPUT')
        if (more.expectError) return expect(answer.text).toContain('bogus')
        expect(answer.body.errors).toEqual([
          { pointer: '/bogus', message: expect.stringContaining('is not a known field') },
        ])
      },
    )
  })

  const reading = examples.filter(({ operationId }) => declaredStatuses(operationId).includes(408))
  // Concurrently, because each one waits for its timeout.
  itIf(reading.length > 0)('408 a body that stands still', async () => {
    const answers = reading.map(async ({ operationId, path, asking = {} }) => {
      const type = asking.headers?.['content-type'] ?? 'application/json'
      const socket = await rawSocket(service().url)
      socket.write(`${head(path(), { key: service().apiKey, bytes: 100, type, method: asking.method ?? 'POST' })}{`)
      const { text } = await untilClosed(socket)
      return { operationId, ...answerOf(text) }
    })
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ status: 408 })
      expect(JSON.stringify(answer.body)).toContain('REQUEST_TIMEOUT')
    }
  })
}

/** Endpoints that store data or start operations that do: refused when the owner's storage quota is used up. */
const storing = new Set([...Object.keys(operationTypes), 'createUpload', 'triggerSchedule'])

/** Changes the stored files of the first owner, and purges the operation `old`, so that the service reads the usage again. */
async function changeStorage(service: TestService, old: string, change: string) {
  await onDatabase(service, change)
  expect((await ask(service, `${old}:purge`, { method: 'POST' })).status).toBe(204)
}

async function cancelled(service: TestService): Promise<string> {
  const path = await submitted(service, { startAfter: inAnHour() })
  await ask(service, path, { method: 'DELETE' })
  return path
}

const fill = `insert into files (file_id, owner_id, operation_id, name, media_type, size_bytes, sha256, storage_key, expires_at)
  values (gen_random_uuid(), '${testOwner}', gen_random_uuid(), 'full', 'text/csv', 1000000000000000, '', 'full', now() + interval '1 hour')`

/**
 * 409 with a full storage quota; 500 without the tables and 503 without the database. Call it last in a file, because the service cannot be
 * used afterwards. Then every declared response of the examples' operations must have occurred, by status and media type.
 */
export function describeFaults(service: () => TestService, examples: readonly Example[]) {
  const failing = examples.filter(({ operationId }) => declaredStatuses(operationId).includes(500))
  const stopping = examples.filter(({ operationId }) => declaredStatuses(operationId).includes(503))

  const full = examples.filter(({ operationId, stores }) => stores || storing.has(operationId))

  describe('with a fault', () => {
    afterAll(() => {
      // 429 is tested for all endpoints in limits.test.ts and anonymous.test.ts, and 307 in s3-files.test.ts.
      const declared = examples.flatMap(({ operationId }) => declaredAnswers(operationId))
      const missing = declared.filter((kind) => !service().check.seen.has(kind) && !/ (307|429)\b/.test(kind))
      expect(missing, 'declared responses that no test has provoked').toEqual([])
    })

    itIf(full.length > 0)('409 while nothing is left of what the owner may store', async () => {
      const targets = full.map(
        ({ path, asking, expectError = expectProblem }) => [path(), asking, expectError] as const,
      )
      const [first, last] = [await cancelled(service()), await cancelled(service())]
      await changeStorage(service(), first, fill)
      for (const [path, asking, expectError] of targets)
        expectError(await ask(service(), path, asking), 409, 'STORAGE_FULL')
      await changeStorage(service(), last, `delete from files where storage_key = 'full'`)
    })

    it('500 does not contain the cause', async () => {
      // Where only the look-up of the key reads a table, a key of the form of those in the database.
      const targets = failing.map(({ path, asking, readsNoTable, expectError = expectProblem }) => {
        return [path(), readsNoTable ? { ...asking, key: generateKey().key } : asking, expectError] as const
      })
      await onDatabase(service(), 'alter schema public rename to gone')
      for (const [path, asking, expectError] of targets)
        expectError(await ask(service(), path, asking), 500, 'INTERNAL_ERROR')
      await onDatabase(service(), 'alter schema gone rename to public')
    })

    it('503 with Retry-After while the database is unavailable', async () => {
      const targets = stopping.map(
        ({ path, asking, expectError = expectProblem }) => [path(), asking, expectError] as const,
      )
      await cutDatabase(service(), false)
      for (const [path, asking, expectError] of targets) {
        const answer = await ask(service(), path, asking)
        expectError(answer, 503, 'UNAVAILABLE')
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
      await cutDatabase(service(), true)
    })
  })
}
