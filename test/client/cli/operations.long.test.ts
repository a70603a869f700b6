import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../../support/service.ts'
import { home, type Run, run, start } from './run.ts'

const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
const report = JSON.stringify({ reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'CSV' })
const later = ['--start-after', new Date(Date.now() + 3_600_000).toISOString()]

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const longrun = (...args: string[]): Promise<Run> => run(args, { service })
const idIn = ({ lines }: Run) => String(lines[0]?.operationId)

describe('submit', () => {
  it('prints the operation as one JSON line, and takes the input from an argument, fields, a file or standard input', async () => {
    const file = join(home, 'report.json')
    writeFileSync(file, report)
    const dates = `dateRange=${JSON.stringify(year)}`
    const runs = await Promise.all([
      longrun('submit', 'generateReport', report, ...later),
      longrun('submit', 'generateReport', `@${file}`, ...later),
      run(['submit', 'generateReport', '-', ...later], { service, input: report }),
      longrun('submit', 'generateReport', '-s', 'reportType=ORDERS_SUMMARY', '-s', dates, '-s', 'format=CSV', ...later),
    ])
    for (const { code, lines, err } of runs) {
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(lines).toMatchObject([{ type: 'generateReport', status: 'PENDING' }])
    }
  })

  it('passes the options of a submit, and repeats one with the same key', async () => {
    const options = [
      '-l',
      'team=crm',
      '--priority',
      'LOW',
      '--concurrency-key',
      'crm',
      '--idempotency-key',
      'cli-1',
      ...later,
    ]
    const one = await longrun('submit', 'generateReport', report, ...options)
    expect(one.lines).toMatchObject([{ labels: { team: 'crm' }, priority: 'LOW', concurrencyKey: 'crm' }])
    const two = await longrun('submit', 'generateReport', report, ...options)
    expect(idIn(two)).toBe(idIn(one))
    const next = await longrun('submit', 'exportCustomers', '{"format":"CSV"}', '--depends-on', idIn(one), ...later)
    expect(next.lines).toMatchObject([{ dependsOn: [idIn(one)] }])
  })

  it('--watch prints each state and ends with 0', async () => {
    const { code, lines } = await longrun('submit', 'generateReport', report, '--watch')
    expect(code).toBe(0)
    expect(lines.at(-1)).toMatchObject({ status: 'COMPLETED', done: true })
  })

  it('--validate submits nothing', async () => {
    const { code, lines } = await longrun('submit', 'generateReport', report, '--validate')
    expect({ code, lines }).toMatchObject({ code: 0, lines: [{ valid: true }] })
  })
})

describe('how a command ends', () => {
  it('2 for a submit without the field of its path, or with one that is no text; nothing is sent', async () => {
    const nowhere = { LONGRUN_URL: 'http://127.0.0.1:9', LONGRUN_API_KEY: 'key-0123456789abcdef' }
    for (const input of ['{}', '{"orderId":""}', '{"orderId":null}', '{"orderId":{}}', '{"orderId":["a"]}']) {
      const { code, err } = await run(['submit', 'deliverOrder', input], { env: nowhere })
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('orderId is missing') })
    }
  })

  it('2 for wrong usage, with a message that says what to do', async () => {
    const wrong: [string[], RegExp][] = [
      [['submit', 'nothing', '{}'], /no operation type\. Use one of .*generateReport/],
      [['submit', 'generateReport', '[1]'], /must be a JSON object/],
      [['submit', 'generateReport', '{"a"'], /not JSON/],
      [['submit', 'generateReport', '@missing.json'], /missing\.json cannot be read/],
      [['submit', 'generateReport', report, '-l', 'team'], /name=value/],
      [['submit', 'generateReport', report, '--priority', 'FAST'], /LOW, NORMAL, HIGH/],
      [['--timeout', '-1', 'list'], /greater than 0/],
      [['--url', 'ftp://host', 'list'], /not the URL of a service/],
      [['--profile', 'none', 'list'], /There is no profile none/],
      [['lst'], /Did you mean list/],
      [['download'], /missing required argument/],
    ]
    const runs = await Promise.all(wrong.map(([args]) => longrun(...args)))
    for (const [index, { code, err, out }] of runs.entries()) {
      expect({ args: wrong[index]?.[0], code, out }).toEqual({ args: wrong[index]?.[0], code: 2, out: '' })
      expect(err).toMatch(wrong[index]?.[1] as RegExp)
    }
  })

  it('1 for what the service refuses, with each violation', async () => {
    const { code, err } = await longrun('submit', 'generateReport', '{"reportType":"NONE"}')
    expect(code).toBe(1)
    expect(err).toMatch(/INVALID_INPUT[\s\S]*\/reportType/)
    expect(await longrun('get', 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21')).toMatchObject({ code: 1 })
  })

  it('4 without a key, and for one that is unknown or may not do it', async () => {
    const env = (key: string) => ({ LONGRUN_URL: service.url, LONGRUN_API_KEY: key })
    const [none, unknown, reader] = await Promise.all([
      run(['list'], { env: { LONGRUN_URL: service.url } }),
      run(['list'], { env: env('unknown-0123456789abcdef') }),
      run(['submit', 'generateReport', report], { env: env(service.readerKey) }),
    ])
    expect([none.code, unknown.code, reader.code]).toEqual([4, 4, 4])
    expect(none.err).toMatch(/LONGRUN_API_KEY/)
    expect(unknown.err).not.toContain('unknown-0123456789abcdef')
  })

  it('3 when the time is over, 6 when it was cancelled, 5 when it failed; watch of several reports the failure', async () => {
    const waiting = idIn(await longrun('submit', 'generateReport', report, ...later))
    const timedOut = await longrun('--timeout', '0.5', 'watch', waiting)
    expect(timedOut).toMatchObject({ code: 3, err: expect.stringContaining('it continues') as string })
    const cancelled = await longrun('cancel', waiting, '--reason', 'superseded')
    expect(cancelled).toMatchObject({ code: 0, lines: [{ status: 'CANCELLED' }] })
    expect(await longrun('watch', waiting)).toMatchObject({
      code: 6,
      err: expect.stringContaining(`${waiting}: was cancelled: superseded`) as string,
    })
    const first = idIn(await longrun('submit', 'generateReport', report, ...later))
    const failing = await longrun('submit', 'exportCustomers', '{"format":"CSV"}', '--depends-on', first)
    await longrun('cancel', first)
    expect(await longrun('watch', idIn(failing))).toMatchObject({
      code: 5,
      err: expect.stringContaining('DEPENDENCY_FAILED') as string,
    })
    const done = idIn(await longrun('submit', 'generateReport', report))
    expect(await longrun('watch', done, waiting, idIn(failing))).toMatchObject({ code: 5 })
    expect(await longrun('retry', waiting, '--watch')).toMatchObject({ code: 0 })
  })

  it('130 after Ctrl-C, which leaves the operation alone and says how to follow it again', async () => {
    const waiting = idIn(await longrun('submit', 'generateReport', report, ...later))
    const watching = start(['watch', waiting], { service })
    await watching.printed(/PENDING/)
    watching.process.kill('SIGINT')
    const { code, err } = await watching.ended
    expect({ code, err }).toEqual({ code: 130, err: expect.stringContaining(`longrun watch ${waiting}`) as string })
    expect((await longrun('get', waiting)).lines).toMatchObject([{ status: 'PENDING' }])
  })
})

it('cancel goes on after one that has ended, and its exit code tells', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => longrun('submit', 'generateReport', report, ...later)))
  const done = idIn(await longrun('submit', 'generateReport', report, '--watch'))
  const ids = [idIn(first as Run), done, 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21', idIn(second as Run)]
  const { code, lines, err } = await longrun('cancel', ...ids)
  expect(code).toBe(1)
  expect(lines).toMatchObject([
    { operationId: ids[0], status: 'CANCELLED' },
    { operationId: ids[3], status: 'CANCELLED' },
  ])
  expect(err).toMatch(new RegExp(`${done}: CANNOT_CANCEL[\\s\\S]*${ids[2]}: OPERATION_NOT_FOUND`))
})

it('writes no control sequence of a label to a terminal: ESC, CSI of one byte, right-to-left override', async () => {
  const label = '\u001b[31m\u009b31m\u202e'
  const { out, lines } = await longrun('submit', 'generateReport', report, '-l', `name=${label}`, ...later)
  for (const one of ['\u001b', '\u009b', '\u202e']) expect(out).not.toContain(one)
  expect(lines).toMatchObject([{ labels: { name: label } }])
})

describe('list and get', () => {
  it('filter by problem code', async () => {
    const empty = JSON.stringify({ ...JSON.parse(report), dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } })
    const failed = idIn(await longrun('submit', 'generateReport', empty))
    await longrun('watch', failed)
    const ids = async (...codes: string[]) =>
      (await longrun('list', ...codes.flatMap((code) => ['--problem-code', code]))).lines.map((one) => one.operationId)
    expect(await ids('NO_DATA_IN_RANGE')).toEqual([failed])
    expect(await ids('TIMEOUT', 'NO_DATA_IN_RANGE')).toEqual([failed])
    expect(await ids('TIMEOUT')).toEqual([])
    expect(await longrun('list', '--problem-code', 'timeout')).toMatchObject({ lines: [] })
  })

  it('filter by status, type, label and number', async () => {
    const made = await longrun('submit', 'exportCustomers', '{"format":"CSV"}', '-l', 'list=this', ...later)
    const found = await longrun(
      'list',
      '--status',
      'PENDING',
      '--type',
      'exportCustomers',
      '-l',
      'list=this',
      '-n',
      '5',
    )
    expect(found.lines.map(({ operationId }) => operationId)).toEqual([idIn(made)])
    expect((await longrun('list', '-n', '2')).lines).toHaveLength(2)
    expect((await longrun('get', idIn(made), '--input')).lines).toMatchObject([{ input: { format: 'CSV' } }])
  })
})

describe('files', () => {
  it('downloads to a new path, to the folder by the name of the result, and to standard output', async () => {
    const id = idIn(await longrun('submit', 'generateReport', report))
    const target = join(home, 'report.csv')
    const saved = await longrun('download', id, target)
    expect(saved).toMatchObject({ code: 0, lines: [{ path: target }] })
    const text = readFileSync(target, 'utf8')
    expect(text.split('\n').length).toBeGreaterThan(2)
    expect((await longrun('download', id, '-')).out).toBe(text)
    const named = await longrun('download', id)
    expect(existsSync(join(home, String(named.lines[0]?.path)))).toBe(true)
    expect(await longrun('download', id, target)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--force') as string,
    })
    expect(await longrun('download', id, target, '--force')).toMatchObject({ code: 0 })
    expect(await longrun('download', id, target, '--file', 'otherUrl', '--force')).toMatchObject({ code: 2 })
  })

  it('uploads by extension or --format, and refuses what is no file', async () => {
    const csv = join(home, 'orders.csv')
    writeFileSync(csv, 'a,b\n1,2\n')
    const uploaded = await longrun('upload', csv)
    expect(uploaded).toMatchObject({ code: 0, lines: [{ mediaType: 'text/csv', size: 8 }] })
    writeFileSync(join(home, 'orders.txt'), '{}\n')
    expect(await longrun('upload', join(home, 'orders.txt'))).toMatchObject({ code: 2 })
    expect((await longrun('upload', join(home, 'orders.txt'), '--format', 'ndjson')).lines).toMatchObject([
      { mediaType: 'application/x-ndjson' },
    ])
    expect(await longrun('upload', home)).toMatchObject({ code: 2 })
    expect(await longrun('upload', 'missing.csv')).toMatchObject({ code: 2 })
  })

  it('prints the log, and follows it until the operation ends', async () => {
    const id = idIn(await longrun('submit', 'generateReport', report, '--watch'))
    const [past, followed] = await Promise.all([longrun('logs', id), longrun('logs', '-f', id)])
    expect([past.code, followed.code]).toEqual([0, 0])
    expect(followed.lines.map(({ message }) => message)).toEqual(past.lines.map(({ message }) => message))
  })
})
