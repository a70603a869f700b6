import type { Longrun } from '../index.ts'
import { progressBar } from './progress-bar.ts'

/**
 * A screening by the sample vendors: two respond at once, the one of the employment calls back after a second, and `test_review` makes the one
 * of criminal records ask for a person's decision, which the demo makes.
 */
export async function screenCandidate(longrun: Longrun, signal: AbortSignal): Promise<void> {
  const input = {
    candidateId: 'cand-4711',
    candidate: { name: 'Erika Mustermann', birthDate: '1990-08-12' },
    employment: [{ employer: 'Example AG' }],
    criminalRecordsPackage: 'test_review',
  }
  const operation = await longrun.screenCandidate(input, { labels: { from: 'demo' }, signal })
  const bar = progressBar('Screen a candidate')
  for await (const { status, progress, waits = [] } of operation.updates({ signal })) {
    const awaited = waits.map(({ name }) => name)
    bar.update(progress.percentage, awaited.length > 0 ? `waits for ${awaited.join(', ')}` : status.toLowerCase())
    if (awaited.includes('decision')) {
      const note = 'The record belongs to another person.'
      await operation.complete('decision', { decision: 'CLEAR', note }, { signal })
    }
  }
  const { overall, checks } = await operation.result({ signal })
  bar.end(`${overall.toLowerCase()} after ${checks.length} checks and a decision`)
}
