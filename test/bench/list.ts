import { freshDatabase } from './fresh.ts'
import { load } from './load.ts'
import { line, median, startService } from './rig.ts'
import { fillFinished } from './seed.ts'

/** Pages of 50 for an owner of a hundredth of all operations: with a million rows and with ten thousand. */
export async function benchList(server: string, { quick }: { quick: boolean }) {
  const sizes = { small: 10_000, large: quick ? 100_000 : 1_000_000 }
  const small = await listed(server, sizes.small)
  const large = await listed(server, sizes.large)
  try {
    const rounds: { small: number; large: number }[] = []
    const seconds = quick ? 1 : 4
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      rounds.push({ small: await small.rate(seconds), large: await large.rate(seconds) })
    }
    const ratio = median(rounds.map(({ small, large }) => large / small))
    line(`lists of 50/s beside ${sizes.large}`, median(rounds.map(({ large }) => large)).toFixed(0))
    const met = ratio >= 0.5
    line(`list of 50 beside ${sizes.large} ÷ beside ${sizes.small}`, ratio.toFixed(2), { text: '≥ 0.5', met })
  } finally {
    await Promise.all([small.stop(), large.stop()])
  }
}

/** A service with that many operations, and the call that lists them. */
async function listed(server: string, rows: number) {
  const database = await freshDatabase(server)
  await fillFinished(database.sql, rows)
  const key = 'bench-list-0123456789abcdef'
  const service = await startService({ DATABASE_URL: database.url, ROLES: 'api', API_KEYS: `owner-7:${key}` })
  const url = `${service.url}/api/v1/operations?pageSize=50`
  const rate = async (seconds: number) =>
    (await load({ url, headers: { authorization: `Bearer ${key}` }, connections: 10, seconds })).rate
  await rate(1)
  return {
    rate,
    async stop() {
      await service.stop()
      await database.drop()
    },
  }
}
