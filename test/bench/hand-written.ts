import { freshDatabase } from './fresh.ts'
import { load } from './load.ts'
import { startChild } from './process.ts'
import { freePort, line, median, type Service } from './rig.ts'

const input = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
}

/** Submits and status reads over HTTP, compared with a service that a team would write (processes/hand-written.ts), in alternating rounds. */
export async function benchHandWritten(service: Service, server: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 5
  const database = await freshDatabase(server)
  const port = await freePort()
  const peer = await startChild('hand-written', { url: database.url, port })
  const theirs = `http://127.0.0.1:${port}`
  const headers = { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ ...input, startAfter: new Date(Date.now() + 86_400_000).toISOString() })
  const submit = (url: string) =>
    load({ url, method: 'POST' as const, headers, body, connections: 10, seconds, expectStatus: 202 })
  const read = (url: string) => load({ url, headers, connections: 10, seconds })
  const submits = { own: `${service.url}/api/v1/reports:generate`, peer: `${theirs}/jobs/generate-report` }
  try {
    const locations = { own: await locationOf(submits.own), peer: await locationOf(submits.peer) }
    const reads = { own: new URL(locations.own, service.url).href, peer: new URL(locations.peer, theirs).href }
    const rounds: Record<'submit' | 'read', { own: number; peer: number }>[] = []
    for (let round = 0; round <= (quick ? 1 : 3); round++) {
      const figures = {
        submit: { own: (await submit(submits.own)).rate, peer: (await submit(submits.peer)).rate },
        read: { own: (await read(reads.own)).rate, peer: (await read(reads.peer)).rate },
      }
      // The first round warms both.
      if (round > 0) rounds.push(figures)
    }
    for (const [kind, bar] of [
      ['submit', 5],
      ['read', 2],
    ] as const) {
      const ratio = median(rounds.map((round) => round[kind].own / round[kind].peer))
      line(`${kind}s/s by Longrun`, median(rounds.map((round) => round[kind].own)).toFixed(0))
      line(`${kind}s/s by a hand-written service`, median(rounds.map((round) => round[kind].peer)).toFixed(0))
      line(`${kind} ÷ hand-written`, ratio.toFixed(1), { text: `≥ ${bar}`, met: ratio >= bar })
    }
  } finally {
    await peer.stop()
    await database.drop()
  }

  async function locationOf(url: string): Promise<string> {
    const response = await fetch(url, { method: 'POST', headers, body })
    await response.arrayBuffer()
    const location = response.headers.get('location')
    if (response.status !== 202 || !location) throw new Error(`${url} responded ${response.status}`)
    return location
  }
}
