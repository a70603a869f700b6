import { describe, expect, it } from 'vitest'
import type { OperationEvent } from '../../client/index.ts'
import { noHistory, withEvents } from '../../console/pages/operation/history.ts'
import { recordsOf } from '../../console/pages/operation/records.ts'

let sequence = 0
type Given = Partial<OperationEvent> & { phases?: Record<string, string> }
function event({ phases, ...given }: Given): OperationEvent {
  const at = new Date(Date.UTC(2026, 0, 1) + sequence * 1000).toISOString()
  const progress = phases && {
    percentage: 0,
    phases: Object.entries(phases).map(([name, status]) => ({ name, status })),
  }
  const base = { operationId: 'op_1', sequence, event: 'status-update', timestamp: at, status: 'RUNNING', attempt: 1 }
  sequence += 1
  return { ...base, ...(progress && { progress }), ...given } as OperationEvent
}
const history = (...events: Given[]) => {
  sequence = 0
  return withEvents(noHistory, events.map(event))
}
const error = { code: 'NO_CARRIER', detail: 'The carrier declined.' } as NonNullable<OperationEvent['data']>['error']

describe('the history of an operation', () => {
  it('has the changes of the status, without progress', () => {
    const { transitions } = history(
      { status: 'PENDING', attempt: 0 },
      {},
      { phases: { A: 'IN_PROGRESS' } },
      { phases: { A: 'COMPLETED' } },
      { status: 'PENDING', phases: { A: 'PENDING' }, data: { error } },
      { attempt: 2 },
      { attempt: 2, status: 'COMPLETED', event: 'completed', phases: { A: 'COMPLETED' } },
    )
    expect(transitions.map((one) => one.status)).toEqual(['PENDING', 'RUNNING', 'PENDING', 'RUNNING', 'COMPLETED'])
  })

  it('has each attempt with its error and how it ended', () => {
    const { attempts } = history(
      { status: 'PENDING', attempt: 0 },
      {},
      { status: 'PENDING', data: { error } },
      { attempt: 2 },
      { attempt: 2, status: 'WAITING' },
      { attempt: 2, status: 'PENDING' },
      { attempt: 3 },
    )
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'PENDING', error },
      { number: 2, outcome: 'WAITING' },
      { number: 3 },
    ])
    expect(attempts[2]?.outcome).toBeUndefined()
  })

  it('keeps what a step did beside its compensation', () => {
    const { steps } = history(
      { phases: { A: 'IN_PROGRESS', B: 'PENDING', C: 'PENDING' } },
      { phases: { A: 'COMPLETED', B: 'IN_PROGRESS', C: 'PENDING' } },
      { phases: { A: 'COMPLETED', B: 'FAILED', C: 'PENDING' } },
      { phases: { A: 'COMPLETED', B: 'FAILED', C: 'SKIPPED' } },
      { phases: { A: 'COMPENSATING', B: 'FAILED', C: 'SKIPPED' } },
      { phases: { A: 'COMPENSATED', B: 'FAILED', C: 'SKIPPED' } },
    )
    expect(steps.get('A')).toMatchObject({ status: 'COMPLETED', undo: { status: 'COMPENSATED' } })
    expect(steps.get('B')).toMatchObject({ status: 'FAILED' })
    expect(steps.get('B')?.undo).toBeUndefined()
    expect(steps.get('C')).toMatchObject({ status: 'SKIPPED' })
  })

  it('shows a compensation that failed, and a step that is tried again', () => {
    const { steps } = history(
      { phases: { A: 'IN_PROGRESS', B: 'IN_PROGRESS' } },
      { phases: { A: 'COMPLETED', B: 'FAILED' } },
      { attempt: 2, phases: { A: 'COMPLETED', B: 'IN_PROGRESS' } },
      { attempt: 2, phases: { A: 'COMPENSATING', B: 'IN_PROGRESS' } },
      { attempt: 2, phases: { A: 'FAILED', B: 'IN_PROGRESS' } },
    )
    expect(steps.get('A')).toMatchObject({ status: 'COMPLETED', undo: { status: 'FAILED' } })
    expect(steps.get('B')).toMatchObject({ status: 'IN_PROGRESS' })
    expect(steps.get('B')?.endedAt).toBeUndefined()
  })

  it('leaves out the oldest of 3,000 lines and says how many, and ignores repeated events', () => {
    sequence = 0
    const lines = Array.from({ length: 3000 }, (_, index) =>
      event({ event: 'log', data: { message: `line ${index}` } }),
    )
    const one = withEvents(noHistory, lines.slice(0, 2000))
    const both = withEvents(withEvents(one, lines.slice(1500)), lines)
    expect(both.logs).toHaveLength(1000)
    expect(both.omitted.logs).toBe(2000)
    expect(both.logs.at(-1)?.message).toBe('line 2999')
  })
})

describe('the first rows of a file', () => {
  it.each([
    [
      'a,b\r\n1,2\r\n',
      true,
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n"x, ""y""\nz",2\n3,4',
      true,
      [
        ['a', 'b'],
        ['x, "y"\nz', '2'],
        ['3', '4'],
      ],
    ],
    [
      'a,b\n,\n"",x\n',
      true,
      [
        ['a', 'b'],
        ['', ''],
        ['', 'x'],
      ],
    ],
    [
      'a,b\n1,2\n3',
      false,
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['', true, []],
    [
      '{"a":1,"b":"x"}\n{"a":null,"c":[1]}\n{"cut',
      false,
      [
        ['a', 'b', 'c'],
        ['1', 'x', ''],
        ['null', '', '[1]'],
      ],
    ],
    ['{"a":1}\n', true, [['a'], ['1']]],
  ])('of %j', (text, isAll, records) => {
    expect(recordsOf(text, isAll)).toEqual(records)
  })
})
