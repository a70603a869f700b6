import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startBrowser } from '../support/browser.ts'
import type { TestService } from '../support/service.ts'

export type ConsoleRig = Awaited<ReturnType<typeof openConsole>>

/**
 * A browser at the console of a service. Each page that `open` returns fails its test when it logs an error, violates its content security
 * policy or sends a request elsewhere. `url`: the address, where it is not that of the service, for example of a proxy.
 */
export async function openConsole(
  { url: own, apiKey: ownKey }: Pick<TestService, 'url' | 'apiKey'>,
  { url = own } = {},
) {
  const { context, close } = await startBrowser()

  /** Opens the route, and signs in with `apiKey` unless it is null. `allow` names problems that the test causes, before or after the call. */
  async function open(route = '#/overview', { apiKey = ownKey as string | null, width = 1200, height = 900 } = {}) {
    const page = await context.newPage()
    const problems: string[] = []
    const allowed: RegExp[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    page.on('request', (request) => {
      const address = request.url()
      if (!address.startsWith(url) && !/^(data|blob):/.test(address)) problems.push(`A request of ${address}`)
    })
    await page.setViewportSize({ width, height })
    await page.goto(`${url}/console${route}`)
    if (apiKey !== null) await signIn(page, apiKey)
    onTestFinished(async () => {
      await page.close()
      expect(problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)))).toEqual([])
    })
    return { page, problems, allow: (pattern: RegExp) => void allowed.push(pattern) }
  }

  return { context, open, close }
}

/** Fills in the form, unless another tab has shared its key. */
async function signIn(page: Page, apiKey: string) {
  const key = page.getByLabel('API key')
  const signOut = page.getByRole('button', { name: 'Sign out' })
  await key.or(signOut).waitFor()
  if (await signOut.isVisible()) return
  await key.fill(apiKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await signOut.waitFor()
}
