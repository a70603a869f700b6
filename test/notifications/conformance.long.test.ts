import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type NotificationKind, type Notifier, notificationKinds } from '../../server/notifications/notifier.ts'
import { newId, ownedEvent, type System, systems, untilReceived } from './rig.ts'

/** What every notifier does, whatever it sends through. A new notifier is added to `systems`. NATS is skipped without nats-server. */
describe.each(systems)('a notifier of $name', ({ isThere, start }) => {
  let system: System
  let sender: Notifier
  let listener: Notifier
  const errors: Error[] = []

  beforeEach(async ({ skip }) => {
    if (!isThere) skip('nats-server is not installed')
    errors.length = 0
    system = await start()
    sender = system.open()
    listener = system.open((error) => errors.push(error))
  })
  afterEach(async () => {
    if (!isThere) return
    await Promise.all([sender.close(), listener.close()])
    await system.close()
  })

  /** Collects what is received of `sent` until all of it has come. */
  function receive(from: Notifier, kind: NotificationKind, sent: readonly string[]) {
    const wanted = new Set(sent)
    const missing = new Set(sent)
    const batches: string[][] = []
    const all = Promise.withResolvers<string[][]>()
    from.listen(kind, (ids) => {
      const own = ids.filter((id) => wanted.has(id))
      if (own.length > 0) batches.push(own)
      for (const id of own) missing.delete(id)
      if (missing.size === 0) all.resolve(batches)
    })
    return all.promise
  }

  test.each(
    notificationKinds,
  )('%s is received by its listeners only, with every id, in batches after the first', async (kind) => {
    await untilReceived(sender, listener, kind)
    const wrong: string[] = []
    for (const other of notificationKinds.filter((one) => one !== kind))
      listener.listen(other, (ids) => wrong.push(...ids))
    const sent = Array.from({ length: 500 }, newId)
    const received = receive(listener, kind, sent)
    sender.notify(kind, ...sent)
    const batches = await received
    expect(batches.flat()).toEqual(sent)
    expect(batches.length).toBeLessThanOrEqual(4)
    expect(wrong).toEqual([])
  })

  test('a process receives its own notifications', async () => {
    await untilReceived(sender, sender)
    await untilReceived(listener, listener, 'moved')
  })

  test('a burst of 20,000 ids arrives completely, each once, in payloads of at most 200', async () => {
    await untilReceived(sender, listener)
    const sent = Array.from({ length: 20_000 }, newId)
    const received = receive(listener, 'submitted', sent)
    for (const id of sent) sender.notify('submitted', id)
    const batches = await received
    expect(batches.flat()).toEqual(sent)
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(200)
  })

  test('an id that is notified many times at once is sent once or twice', async () => {
    await untilReceived(sender, listener)
    const [id, last] = [newId(), newId()]
    let times = 0
    const done = Promise.withResolvers<void>()
    listener.listen('submitted', (ids) => {
      times += ids.filter((one) => one === id).length
      if (ids.includes(last)) done.resolve()
    })
    for (let time = 0; time < 1000; time++) sender.notify('submitted', id)
    sender.notify('submitted', last)
    await done.promise
    expect(times).toBeGreaterThanOrEqual(1)
    expect(times).toBeLessThanOrEqual(2)
  })

  test('a listener that has stopped receives nothing', async () => {
    const seen: string[] = []
    const stop = listener.listen('submitted', (ids) => seen.push(...ids))
    await untilReceived(sender, listener)
    stop()
    seen.length = 0
    await untilReceived(sender, listener)
    expect(seen).toEqual([])
  })

  test('a broken connection is replaced: `resumed` is called again, and notifications arrive again', async () => {
    let resumed = Promise.withResolvers<void>()
    listener.listen('moved', () => {})
    listener.resumed(() => resumed.resolve())
    await resumed.promise
    await untilReceived(sender, listener, 'changed')
    resumed = Promise.withResolvers()
    await system.cut()
    // Whether they are dropped or arrive, sending while disconnected does no harm.
    for (let time = 0; time < 1000; time++) sender.notify('moved', newId())
    await resumed.promise
    await untilReceived(sender, listener, 'changed')
    expect(errors.length).toBeGreaterThan(0)
  })

  test('a wake of a type reaches one listener for the type, or every listener of `submitted`; a pass reaches all', async () => {
    await Promise.all([untilReceived(sender, listener), untilReceived(listener, sender)])
    const chosen: string[] = []
    const submitted: string[] = []
    const [woken, notified] = [Promise.withResolvers<() => void>(), Promise.withResolvers<void>()]
    for (const [name, one] of Object.entries({ sender, listener })) {
      one.listenForWakes(['importOrders', 'exportCustomers'], (pass) => {
        chosen.push(name)
        woken.resolve(pass)
      })
      one.listen('submitted', () => {
        submitted.push(name)
        if (new Set(submitted).size === 2) notified.resolve()
      })
    }
    await Promise.all([untilReceived(sender, listener, 'due'), untilReceived(listener, sender, 'due')])
    sender.wake('importOrders', newId())
    await Promise.race([woken.promise.then((pass) => pass()), notified.promise])
    await notified.promise
    expect(chosen.length).toBeLessThanOrEqual(1)
    expect(new Set(submitted)).toEqual(new Set(['sender', 'listener']))
  })

  test('a new event reaches those who follow it, with its body or as `moved`, and also listeners of all changes', async () => {
    await Promise.all([untilReceived(sender, listener), untilReceived(sender, listener, 'moved')])
    const event = ownedEvent({ ownerId: 'O’Neil & Sons. > * 北\n京' })
    const { operationId, ownerId } = event
    const [byBody, byId] = [Promise.withResolvers<unknown>(), Promise.withResolvers<void>()]
    const noted = Promise.withResolvers<void>()
    const followed = [
      listener.follow({ ownerId, operationId }, (_, events) => byBody.resolve(events)),
      listener.follow({ ownerId: 'another owner' }, () => byBody.reject(new Error('another owner'))),
    ]
    for (const { ready } of followed) await ready
    listener.listen('moved', (ids) => ids.includes(operationId) && byId.resolve())
    for (const kind of ['moved', 'carried'] as const) {
      listener.listen(kind, (ids) => ids.includes(operationId) && noted.resolve())
    }
    await untilReceived(sender, listener, 'carried')
    sender.publish([{ operationId, ownerId, bodies: JSON.stringify([event]) }])
    if (sender.carriesEvents()) expect(await byBody.promise).toEqual([event])
    else await byId.promise
    await noted.promise
  })

  test('closing takes less than 2 seconds, and later calls do nothing', async () => {
    await untilReceived(sender, listener)
    const startMs = performance.now()
    await listener.close()
    expect(performance.now() - startMs).toBeLessThan(2000)
    listener.notify('submitted', newId())
    listener.wake('importOrders', newId())
    listener.publish([{ operationId: newId() }])
    await listener.close()
  })
})
