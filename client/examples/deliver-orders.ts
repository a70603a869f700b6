import { type Longrun, type Operation, OperationFailed } from '../index.ts'
import { progressBar } from './progress-bar.ts'

/**
 * Two deliveries of an order: the first completes at all four vendors; the carrier declines the second, so the charge is
 * refunded and the stock released. The sample vendors decline when they receive `test_declined`.
 */
export async function deliverOrders(longrun: Longrun, orderId: string, signal: AbortSignal): Promise<void> {
  await deliver(longrun, 'Deliver an order', { orderId }, signal)
  await deliver(longrun, 'Deliver, without a carrier', { orderId, carrierService: 'test_declined' }, signal)
}

type Input = Parameters<Longrun['deliverOrder']>[0]

async function deliver(longrun: Longrun, label: string, input: Input, signal: AbortSignal): Promise<void> {
  const operation = await longrun.deliverOrder(input, { labels: { from: 'demo' }, signal })
  const bar = progressBar(label)
  for await (const { status, progress } of operation.updates({ signal })) {
    bar.update(progress.percentage, (progress.phase ?? status).toLowerCase().replaceAll('_', ' '), progress.message)
  }
  try {
    const { trackingNumber } = await operation.result({ signal })
    bar.end(`on its way as ${trackingNumber}`)
  } catch (error) {
    if (!(error instanceof OperationFailed)) throw error
    bar.end(`${error.problem.code}: ${error.problem.detail}`, operation.snapshot.progress.percentage)
  }
  console.log(`    ${phasesOf(operation.snapshot)}`)
}

/** The status of each phase. */
function phasesOf({ progress }: Operation<'deliverOrder'>): string {
  const phases = progress.phases ?? []
  return phases.map(({ name, status }) => `${name} ${status}`.toLowerCase().replaceAll('_', ' ')).join(' · ')
}
