import { setTimeout as delay } from 'node:timers/promises'
import { formatId } from '../../server/contract/ids.ts'
import { create } from '../../server/database/operations/create.ts'
import { freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { submission } from './queue.ts'
import { line, median, type Service, startService } from './rig.ts'

type Read = {
  status: string
  done: boolean
  progress: { percentage: number }
  estimatedCompletion?: string
  completedAt?: string
}

/**
 * The accuracy of `estimatedCompletion` for a handler with steady progress over 4 s: the estimate in the first HTTP response with 50 % or
 * more, compared with the time of completion. The error is relative to the remaining time at that moment, which is stricter than relative
 * to the whole duration. There is no peer, so the limit is absolute.
 */
export async function benchEstimate(server: string, { quick }: { quick: boolean }) {
  const { url, db, drop } = await freshDatabase(server, 2)
  try {
    const api = await startService({ DATABASE_URL: url, ROLES: 'api' })
    const worker = await startChild('longrun', { url, concurrency: 10 })
    try {
      const errors = await Promise.all(
        Array.from({ length: quick ? 2 : 5 }, async (_, place) => {
          await delay(place * 300)
          const values = { ...submission(), ownerId: 'bench', type: 'walk', input: { seconds: 4 } }
          await create(db, values)
          return errorOf(api, formatId('operation', values.operationId))
        }),
      )
      const error = median(errors)
      line('estimate at 50 % of an even run: error', `${(error * 100).toFixed(0)} %`, {
        text: '≤ 20 %',
        met: error <= 0.2,
      })
    } finally {
      await Promise.all([api.stop(), worker.stop()])
    }
  } finally {
    await drop()
  }
}

/** The error of the estimate, relative to the remaining time. */
async function errorOf({ url, key }: Service, operationId: string): Promise<number> {
  let half: { at: number; estimate: number } | undefined
  for (;;) {
    const response = await fetch(`${url}/api/v1/operations/${operationId}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    if (response.status !== 200) throw new Error(`the operation read got ${response.status}: ${await response.text()}`)
    const read = (await response.json()) as Read
    const { estimatedCompletion: estimate } = read
    if (!half && read.progress.percentage >= 50 && estimate) half = { at: Date.now(), estimate: Date.parse(estimate) }
    if (read.done) {
      if (!half || !read.completedAt) throw new Error(`${read.status} without an estimate`)
      const end = Date.parse(read.completedAt)
      return Math.abs(half.estimate - end) / (end - half.at)
    }
    await delay(50)
  }
}
