import type { Longrun } from '../index.ts'
import { progressBar } from './progress-bar.ts'

/**
 * The screening of a candidate: two vendors answer at once, one calls back a second later, and one asks for a review. The operation then
 * waits until a person decides, here this program. The sample vendors ask for a review when they receive `test_review`.
 */
export async function screenCandidate(longrun: Longrun, signal: AbortSignal): Promise<void> {
  const input = {
    candidateId: 'cand-4711',
    candidate: { name: 'Claire Gute', birthDate: '1990-05-17', email: 'claire@example.com' },
    employment: [{ employer: 'Superstore', fromDate: '2014-01-01' }],
    education: [{ institution: 'University of Kentucky', degree: 'BSc' }],
    criminalRecordsPackage: 'test_review',
  }
  const operation = await longrun.screenCandidate(input, { labels: { from: 'demo' }, signal })
  const bar = progressBar('Screen a candidate')
  for await (const { status, progress, waits = [] } of operation.updates({ signal })) {
    const names = waits.map(({ name }) => name)
    const note = status === 'WAITING' ? `waits for ${names.join(', ')}` : status.toLowerCase()
    bar.update(progress.percentage, note)
    if (!names.includes('decision')) continue
    const decision = { decision: 'CLEAR', note: 'The record belongs to another person.' } as const
    await operation.complete('decision', decision, { signal })
  }
  const { overall, checks } = await operation.result({ signal })
  bar.end(`${overall.toLowerCase()} after ${checks.length} checks and a decision`)
  console.log(
    `    ${checks.map(({ check, verdict }) => `${check} ${verdict}`.toLowerCase().replaceAll('_', ' ')).join(' · ')}`,
  )
}
