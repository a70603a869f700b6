import { describe, expect, it } from 'vitest'
import type { OperationEvent } from '../../client/following.ts'
import { createMember } from '../../client/member.ts'
import type { Operation } from '../../client/operations.ts'
import type { Reading } from '../../client/reading.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()

const pending = {
  operationId: 'op_1',
  status: 'PENDING',
  done: false,
  updatedAt: at(0),
  progress: { percentage: 0 },
} as Operation

const event = (sequence: number, status: string, percentage?: number, second = sequence) =>
  ({
    operationId: 'op_1',
    sequence,
    event: status === 'COMPLETED' ? 'completed' : 'status-update',
    status,
    timestamp: at(second),
    ...(percentage === undefined ? {} : { progress: { percentage } }),
  }) as OperationEvent

/** A member whose reads are answered by the test, one after the other. */
function rig() {
  let snapshot = pending
  const taken: Operation[] = []
  const reads: ((reading: Reading | Error) => void)[] = []
  const operation = {
    id: 'op_1',
    position: { after: undefined as number | undefined },
    snapshot: () => snapshot,
    etag: () => undefined,
    dueInMs: () => 0,
    poll: () => Promise.reject(new Error('not used')),
    take({ operation: found }: Reading) {
      if (!found) return
      snapshot = found
      taken.push(found)
    },
  }
  const read = () =>
    new Promise<Reading>((resolve, reject) =>
      reads.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
    )
  const member = createMember(operation, { read }, new AbortController().signal)
  const states = () => taken.map(({ status, progress }) => `${status} ${progress.percentage}`)
  /** Answers the next read and lets the member process the answer. */
  async function answer(status: string, second: number, percentage = 0) {
    const done = status === 'COMPLETED'
    const found = { ...pending, status, done, updatedAt: at(second), progress: { percentage } } as Operation
    reads.shift()?.({ operation: found })
    await new Promise(setImmediate)
  }
  return { member, reads, states, answer, operation }
}

describe('events of a followed operation', () => {
  it('with a new status are read, and those with progress only are shown', async () => {
    const { member, reads, states, answer } = rig()
    member.deliver(event(0, 'PENDING'))
    expect(reads).toHaveLength(0)
    member.deliver(event(1, 'RUNNING'))
    expect(reads).toHaveLength(1)
    await answer('RUNNING', 1)
    member.deliver(event(2, 'RUNNING', 10))
    member.deliver(event(3, 'RUNNING', 10))
    member.deliver(event(4, 'RUNNING', 20))
    expect(states()).toEqual(['RUNNING 0', 'RUNNING 10', 'RUNNING 20'])
    expect(reads).toHaveLength(0)
  })

  it('that are sent again after a reconnect change nothing', async () => {
    const { member, reads, states, answer } = rig()
    member.deliver(event(1, 'RUNNING'))
    await answer('RUNNING', 1)
    for (const sequence of [2, 3, 1, 2, 3, 4]) member.deliver(event(sequence, 'RUNNING', sequence))
    expect(states()).toEqual(['RUNNING 0', 'RUNNING 2', 'RUNNING 3', 'RUNNING 4'])
    expect(reads).toHaveLength(0)
  })

  it('after a gap are read', async () => {
    const { member, reads, states, answer } = rig()
    member.deliver(event(1, 'RUNNING'))
    await answer('RUNNING', 1)
    member.deliver(event(5, 'RUNNING', 50))
    expect(reads).toHaveLength(1)
    await answer('COMPLETED', 6, 100)
    expect(states()).toEqual(['RUNNING 0', 'COMPLETED 100'])
  })

  it('that arrive during a read are compared with its answer', async () => {
    const { member, reads, states, answer } = rig()
    member.deliver(event(1, 'RUNNING'))
    member.deliver(event(2, 'RUNNING', 10))
    member.deliver(event(3, 'RUNNING', 20))
    expect(reads).toHaveLength(1)
    await answer('RUNNING', 1)
    expect(states()).toEqual(['RUNNING 0', 'RUNNING 20'])
    member.deliver(event(4, 'WAITING'))
    member.deliver(event(5, 'COMPLETED'))
    // The answer was sent before the end.
    await answer('WAITING', 4, 20)
    expect(reads).toHaveLength(1)
    await answer('COMPLETED', 5, 100)
    expect(states().at(-1)).toBe('COMPLETED 100')
    expect(reads).toHaveLength(0)
  })

  it('are preceded by a read that began after the stream', async () => {
    const { member, reads, answer } = rig()
    void member.read()
    member.begin()
    await answer('PENDING', 0)
    // The first read may have been answered before the stream began.
    expect(reads).toHaveLength(1)
    await answer('COMPLETED', 1)
    expect(member.isDone()).toBe(true)
  })

  it('do not show a state again that is known', async () => {
    const { member, states, answer } = rig()
    member.begin()
    await answer('PENDING', 0)
    expect(states()).toEqual([])
  })

  it('of an operation that cannot be read end its subscription with the problem', async () => {
    const { member, reads } = rig()
    const waiting = member.during((signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)))
    member.deliver(event(1, 'RUNNING'))
    reads.shift()?.(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    await expect(member.during(async () => {})).rejects.toThrow('gone')
  })

  it('move the position of the own stream', () => {
    const { member, operation } = rig()
    member.deliver(event(3, 'PENDING'))
    expect(operation.position.after).toBe(3)
  })
})
