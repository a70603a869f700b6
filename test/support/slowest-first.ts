import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, mostly because they wait. */
const slow = [
  'test/faults/',
  'test/engine/executors.test.ts',
  'test/engine/steps.test.ts',
  'test/client/events.test.ts',
  'test/handlers/deliver-order.test.ts',
  'test/database/embedded.test.ts',
  'test/house/adding-a-type.test.ts',
  'test/client/demo.test.ts',
  'test/live/sockets.test.ts',
  'test/client/retries.test.ts',
  'test/service/',
]

/** Begins with the files that take longest, so that none of them runs alone at the end; the others go as they always do. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex((path) => moduleId.includes(path))
      return at === -1 ? slow.length : at
    }
    return sorted.sort((one, other) => rank(one) - rank(other))
  }
}
