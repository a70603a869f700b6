import { accessSync, constants, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The program of a Chromium: `CHROMIUM_PATH`, or one of its usual names in PATH. */
function findBrowser(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  const paths = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [CHROMIUM_PATH, ...paths].find((path) => path && isProgram(path))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const program = findBrowser()
const missing =
  'There is no Chromium. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to its program.'

/** Whether the tests in a browser run. Without a browser they are skipped, and fail where `REQUIRE_BROWSER` is set. */
export const hasBrowser = program !== undefined || Boolean(process.env.REQUIRE_BROWSER)
if (!hasBrowser) process.stderr.write(`The tests in a browser are skipped. ${missing}\n`)

export type Browser = { context: BrowserContext; close(): Promise<void> }

/** Starts the browser with a fresh profile. */
export async function startBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error(missing)
  const profile = mkdtempSync(join(tmpdir(), 'longrun-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--in-process-gpu',
    ],
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
