import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take long, mostly because they wait: the longest first. */
const slow = [
  'test/engine/executors.test.ts',
  'test/engine/steps.test.ts',
  'test/client/events.test.ts',
  'test/handlers/deliver-order.test.ts',
  'test/database/embedded.test.ts',
  'test/client/demo.test.ts',
  'test/live/sockets.test.ts',
  'test/house/adding-a-type.test.ts',
  'test/client/retries.test.ts',
  'test/service/',
  'test/live/',
  'test/delivery/',
]

/**
 * Begins with the files that take longest, so that none of them runs alone at the end; the others go as they always do. Faults start
 * many processes, and hold times: they alternate with the rest, so that few of them share the machine.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex((path) => moduleId.includes(path))
      return at === -1 ? slow.length : at
    }
    const { faults = [], others = [] } = Object.groupBy(sorted, ({ moduleId }) =>
      moduleId.includes('test/faults/') ? 'faults' : 'others',
    )
    others.sort((one, other) => rank(one) - rank(other))
    const pairs = Math.max(faults.length, others.length)
    return Array.from({ length: pairs }, (_, at) => [...faults.slice(at, at + 1), ...others.slice(at, at + 1)]).flat()
  }
}
