import net from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nameServers } from '../../server/contract/webhook-url.ts'
import { guardedAgent } from '../../server/webhooks/guarded-agent.ts'
import { send } from '../../server/webhooks/send.ts'
import { privateAddresses, publicAddresses, refusedUrls } from './addresses.ts'
import { answering, openReceiver } from './rig.ts'

/** Arguments of all calls of `Socket.connect` by the sender, with or without TLS. */
const connectCalls: unknown[] = []
/** Replaces `Socket.connect`; undefined: the connection is made. */
let instead: ((this: net.Socket, ...args: unknown[]) => net.Socket) | undefined
const { connect } = net.Socket.prototype
beforeAll(() => {
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    // A kept connection of `node:http` belongs to an earlier test file of this process: the sender uses undici.
    const [options] = args.flat(2)
    const isOther = typeof options === 'object' && options !== null && '_agentKey' in options
    if (!isOther) connectCalls.push(args)
    return (instead ?? connect).apply(this, args as never)
  }
})
beforeEach(() => {
  connectCalls.length = 0
  instead = undefined
})
afterAll(() => {
  net.Socket.prototype.connect = connect
})

/** Sends as a service does, with names that resolve to `addresses`. */
async function sendTo(url: string, addresses: string[] | (() => Promise<string[]>), allowInsecure = false) {
  const resolve = async () => (typeof addresses === 'function' ? addresses() : addresses)
  const agent = guardedAgent({ allowInsecure, resolve, connectMs: 500 })
  const sending = { agent, allowInsecure, attemptMs: 1000, signal: new AbortController().signal }
  try {
    return await send(sending, { url, headers: {}, body: '{}' })
  } finally {
    await agent.destroy()
  }
}

describe('no socket is opened', () => {
  it.each(refusedUrls)('to %s', async (url) => {
    expect(await sendTo(url, ['93.184.215.14'])).toEqual({ outcome: 'BLOCKED' })
    expect(connectCalls).toEqual([])
  })

  it.each(privateAddresses)('to a name that resolves to %s', async (address) => {
    expect(await sendTo('https://example.com/', [address])).toEqual({ outcome: 'BLOCKED' })
    expect(await sendTo('https://example.com/', ['93.184.215.14', address])).toEqual({ outcome: 'BLOCKED' })
    expect(connectCalls).toEqual([])
  })

  it.each(privateAddresses)('to %s, even if the check of the URL is skipped', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    const agent = guardedAgent({ allowInsecure: false, resolve: async () => [], connectMs: 500 })
    const pending = agent.request({ origin: `https://${host}`, path: '/', method: 'POST' })
    await expect(pending).rejects.toThrow(/not public/)
    expect(connectCalls).toEqual([])
    await agent.destroy()
  })

  it('to a name without an address', async () => {
    const nowhere = nameServers({ timeoutMs: 200 })
    expect(await sendTo('https://longrun.invalid/', () => nowhere('longrun.invalid'))).toEqual({
      outcome: 'UNREACHABLE',
    })
    expect(connectCalls).toEqual([])
  })
})

describe('a name', () => {
  it('is resolved once, and the connection uses the resolved address', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const receiver = await openReceiver(answering(204))
    const url = receiver.url.replace('127.0.0.1', 'rebinding.example.com')
    expect(await sendTo(url, async () => answers.shift() ?? [], true)).toMatchObject({ outcome: 'ACKNOWLEDGED' })
    expect(answers).toEqual([['10.0.0.1']])
    expect(connectCalls).toHaveLength(1)
    expect(receiver.received[0]?.headers.host).toContain('rebinding.example.com')
    await receiver.close()
  })

  it('is resolved and checked again on each attempt', async () => {
    const answers = [['127.0.0.1'], ['::1', '127.0.0.1']]
    const resolve = async () => answers.shift() ?? []
    const agent = guardedAgent({ allowInsecure: false, resolve, connectMs: 500 })
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(agent.request({ origin: 'https://example.com', path: '/', method: 'POST' })).rejects.toThrow()
    }
    expect(answers).toEqual([])
    expect(connectCalls).toEqual([])
    await agent.destroy()
  })

  it.each(publicAddresses)('that resolves to a public address is connected to that address: %s', async (address) => {
    const found: string[] = []
    // Tests must not connect to the internet.
    instead = function (...args) {
      const [options] = args.flat() as [{ host: string; lookup: net.LookupFunction }]
      options.lookup(options.host, { all: true }, (_, all) => {
        found.push(...(all as { address: string }[]).map((one) => one.address))
        process.nextTick(() => this.destroy(new Error('not sent')))
      })
      return this
    }
    expect(await sendTo('https://example.com/', [address])).toEqual({ outcome: 'UNREACHABLE' })
    expect(found).toEqual([address])
  })
})
