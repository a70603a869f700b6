import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take tens of seconds, the slowest first. */
const slow = [
  'test/faults/deliveries-compensated.test.ts',
  'test/client/react-page.slow.test.ts',
  'test/client/package.slow.test.ts',
  'test/house/adding-a-type.slow.test.ts',
  'test/client/react-operation.slow.test.ts',
  'test/faults/postgres-dies.test.ts',
  'test/service/personal-data.slow.test.ts',
  'test/domain/cron.slow.test.ts',
  'test/faults/',
  'test/client/cli/',
  'test/client/events.long.test.ts',
  'test/engine/steps.long.test.ts',
  'test/handlers/deliver-order.long.test.ts',
  'test/database/migrate.long.test.ts',
  'test/service/',
  'test/handlers/',
  'test/streaming/',
  'test/http/',
]

/** Starts the slowest files first, so that none of them runs alone at the end. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slow.findIndex((path) => moduleId.includes(path))
      return at === -1 ? slow.length : at
    }
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}
