import { expect, it } from 'vitest'
import { hasBrowser } from '../support/browser.ts'
import { sharedConnection } from '../support/database.ts'
import { startTestService } from '../support/service.ts'
import { openConsole } from './rig.ts'
import { insertOperations } from './rows.ts'

const updatesPerSecond = 100
const seconds = 10
const longestTaskMs = 200

it.runIf(hasBrowser)(
  'the list of operations never blocks the page, with 10,000 rows and 100 updates a second',
  { timeout: 300_000 },
  async () => {
    const service = await startTestService({ ROLES: 'api' })
    const console = await openConsole(service)
    try {
      const ids = await insertOperations(service, { count: 10_000, status: 'RUNNING' })
      const { page } = await console.open('#/operations')
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      await page.locator('tbody tr[aria-rowindex]').first().waitFor()
      const loaded = page.getByText('10,000 loaded')
      while (!(await loaded.isVisible())) {
        await page.evaluate(`document.querySelector('.operations').scrollTo(0, 1e7)`)
        // Whichever comes first: the next page, or the end.
        await page.waitForFunction('true', undefined, { polling: 'raf' })
      }
      await page.evaluate(`document.querySelector('.operations').scrollTo(0, 0)`)
      await page.evaluate(`globalThis.tasks = []; globalThis.observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration)
      }); observer.observe({ type: 'longtask' })`)

      const sql = sharedConnection(service.databaseUrl)
      for (let tick = 0; tick < seconds * 10; tick++) {
        const due = performance.now() + 100
        const changed = Array.from({ length: updatesPerSecond / 10 }, (_, n) => ids[(tick * 10 + n) % 30] ?? '')
        const uuids = [...new Set(changed)].map((id) => id.slice(-36))
        await sql`
          with moved as (
            update operations set last_sequence = last_sequence + 1, updated_at = clock_timestamp(),
              progress = jsonb_build_object('percentage', ${tick}::int, 'phase', 'DATA_PROCESSING')
            where operation_id = any(${uuids}::uuid[]) returning *)
          insert into events (operation_id, sequence, event, timestamp, status, attempt, actor, progress)
          select operation_id, last_sequence, 'status-update', updated_at, 'RUNNING', 1, 'worker:x', progress from moved`
        await sql`select pg_notify('longrun_events', 'moved:' || id) from unnest(${uuids}::text[]) id`
        // The pace of the updates is part of the measure.
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()))
      }
      await page.locator(`#row-${ids[0]}`).getByText(/9\d %/).waitFor()
      const tasks = (await page.evaluate('observer.takeRecords(), tasks')) as number[]
      expect(Math.max(0, ...tasks), `long tasks: ${tasks.map(Math.round).join(' ')} ms`).toBeLessThan(longestTaskMs)
    } finally {
      await console.close()
      await service.close()
    }
  },
)
