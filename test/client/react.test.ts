import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { createClient, LongrunProblem, type Operation, type OperationHandle } from '../../client/index.ts'
import {
  LongrunProvider,
  type OperationView,
  type SubmitView,
  useLongrun,
  useOperation,
  useOperations,
  useSubmit,
} from '../../client/react/index.ts'
import { Shared, type State } from '../../client/react/shared.ts'
import type { components } from '../../generated/schema.ts'

type Schemas = components['schemas']

const id = 'op_01890000-0000-7000-8000-000000000000'
const refusal = (status: number) => new LongrunProblem({ type: 'about:blank', title: 'No', status, code: 'NOT_FOUND' })

describe('what components share', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Ends of the runs: of each error or of none; a run without an end lasts until it is aborted. */
  function shared(...ends: (Error | 'done')[]) {
    const signals: AbortSignal[] = []
    const drop = vi.fn()
    async function run(signal: AbortSignal) {
      signals.push(signal)
      const end = ends.shift()
      if (end === 'done') return
      if (end) throw end
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const state: Shared<State> = new Shared<State>({ loading: true, error: undefined }, run, drop)
    return { state, signals, drop }
  }
  const nothing = () => {}

  it('is subscribed once by StrictMode, which subscribes twice', async () => {
    const { state, signals, drop } = shared()
    state.subscribe(nothing)()
    const leave = state.subscribe(nothing)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(drop).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(drop).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends when the last subscriber leaves, also one of two with the same function, and of two calls of one', async () => {
    const { state, signals } = shared()
    const leave = [state.subscribe(nothing), state.subscribe(nothing)]
    leave[0]?.()
    leave[0]?.()
    await vi.advanceTimersByTimeAsync(10)
    expect(signals[0]?.aborted).toBe(false)
    leave[1]?.()
    await vi.advanceTimersByTimeAsync(10)
    expect(signals[0]?.aborted).toBe(true)
  })

  it('tries again after an error that may pass, and reports it meanwhile', async () => {
    const { state, signals } = shared(new TypeError('fetch failed'), refusal(503), refusal(429))
    const seen = vi.fn()
    state.subscribe(seen)
    await vi.advanceTimersByTimeAsync(0)
    expect(state.state).toMatchObject({ loading: false, error: { message: 'fetch failed' } })
    expect(seen).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(signals).toHaveLength(4)
  })

  it('does not repeat what the service refuses, until it is restarted', async () => {
    const { state, signals } = shared(refusal(404))
    state.subscribe(nothing)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(signals).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
    state.restart()
    expect(signals).toHaveLength(2)
  })

  it('does not keep an error for the next component', async () => {
    const { state, drop } = shared(refusal(404))
    const leave = state.subscribe(nothing)
    await vi.advanceTimersByTimeAsync(0)
    leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(drop).toHaveBeenCalledTimes(1)
  })

  it('a restart between the last subscriber and the next one does not stop the next one', async () => {
    const { state, signals } = shared()
    state.subscribe(nothing)()
    state.restart()
    state.subscribe(nothing)
    await vi.advanceTimersByTimeAsync(10)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('a restart without subscribers requests nothing, and one during a pause ends the pause', async () => {
    const { state, signals } = shared(new TypeError('fetch failed'))
    state.restart()
    expect(signals).toHaveLength(0)
    state.subscribe(nothing)
    await vi.advanceTimersByTimeAsync(5000)
    state.restart()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })
})

describe('on a server', () => {
  const requests: Request[] = []
  const client = createClient({
    baseUrl: 'http://127.0.0.1',
    apiKey: 'key',
    fetch: async (request) => {
      requests.push(request)
      return new Response()
    },
  })
  const text = (component: () => string) =>
    renderToString(createElement(LongrunProvider, { client }, createElement(component)))

  it('the hooks render a loading state, and request nothing', () => {
    expect(text(() => JSON.stringify(useOperation(id)))).toContain('loading&quot;:true')
    expect(text(() => JSON.stringify(useOperations({ type: 'generateReport' })))).toContain('loading&quot;:true')
    expect(text(() => JSON.stringify(useSubmit('generateReport')))).toContain('submitting&quot;:false')
    expect(requests).toEqual([])
  })

  it.each([undefined, null, ''])('without an operation nothing is loading: %j', (target) => {
    expect(text(() => JSON.stringify(useOperation(target)))).toContain('loading&quot;:false')
  })

  it('with Suspense the component is left to the browser', () => {
    expect(() => text(() => useOperation(id, undefined, { suspense: true }).operation.status)).toThrow(/in the browser/)
    expect(requests).toEqual([])
  })

  it('a hook without a client says what to do, and takes one as an option', () => {
    const alone = (component: () => string) => renderToString(createElement(component))
    expect(() => alone(() => typeof useLongrun())).toThrow('LongrunProvider')
    expect(alone(() => String(useOperation(id, undefined, { client }).loading))).toBe('true')
  })
})

describe('the types of the hooks', () => {
  it('follow the type of the operation', () => {
    expectTypeOf<OperationView<'importOrders'>['operation']>().toEqualTypeOf<Operation<'importOrders'> | undefined>()
    expectTypeOf<NonNullable<OperationView<'generateReport'>['operation']>['result']>().toEqualTypeOf<
      Schemas['ReportResult'] | undefined
    >()
    expectTypeOf<Parameters<SubmitView<'importOrders'>['submit']>[0]>().toEqualTypeOf<{ uploadId: string }>()
    expectTypeOf<SubmitView<'importOrders'>['operation']>().toEqualTypeOf<OperationHandle<'importOrders'> | undefined>()
    expectTypeOf<OperationView<'generateReport'>['complete']>().parameter(0).toBeNever()
    expectTypeOf<OperationView<'screenCandidate'>['complete']>().parameter(0).toExtend<string>()
  })

  it('are inferred from a type and from a handle, and defined with Suspense', () => {
    const Component = (handle: OperationHandle<'generateReport'>) => {
      expectTypeOf(useOperation(id, 'importOrders')).toEqualTypeOf<OperationView<'importOrders'>>()
      expectTypeOf(useOperation(handle)).toEqualTypeOf<OperationView<'generateReport'>>()
      expectTypeOf(useOperation(id).complete).parameter(0).toEqualTypeOf<string>()
      expectTypeOf(useOperation(id, 'importOrders', { suspense: true }).operation).toEqualTypeOf<
        Operation<'importOrders'>
      >()
      expectTypeOf(useSubmit('importOrders')).toEqualTypeOf<SubmitView<'importOrders'>>()
    }
    expectTypeOf(Component).toBeFunction()
  })
})
