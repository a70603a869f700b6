import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

/** More than the buffers of browser and service take. */
const manyBytes = 24 * 2 ** 20
const folder = mkdtempSync(join(tmpdir(), 'longrun-files-'))
const fileOf = (name: string, bytes: number) => {
  const path = join(folder, name)
  writeFileSync(path, Buffer.alloc(bytes, 'orderId\nCA-1\n'))
  return path
}

describe.runIf(hasBrowser)('files in the console', () => {
  let service: TestService
  let console: ConsoleRig
  /** The service reads the bodies of uploads once it resolves. */
  let reading = Promise.withResolvers<void>()
  beforeAll(async () => {
    service = await startTestService({ LINK_SECONDS: '2', UPLOAD_MAX_BYTES: String(manyBytes) }, undefined, undefined, {
      wrapFetch: (fetch) => async (request, bindings) => {
        if (new URL(request.url).pathname.endsWith('/uploads')) await reading.promise
        return fetch(request, bindings)
      },
    })
    console = await openConsole(service)
  })
  afterAll(async () => {
    await console.close()
    await service.close()
    rmSync(folder, { recursive: true })
  })

  async function openUpload() {
    reading = Promise.withResolvers()
    const opened = await console.open('#/submit?type=importOrders')
    const input = opened.page.getByLabel('File to upload')
    await input.setInputFiles(fileOf('many.csv', manyBytes))
    const progress = opened.page.getByRole('progressbar', { name: 'Upload of many.csv' })
    const share = () => progress.evaluate((element) => Number(Reflect.get(element, 'position')))
    return { ...opened, input, progress, share }
  }

  it('an upload shows how much of the file is sent, and then its id', async () => {
    const { page, share } = await openUpload()
    await expect.poll(share).toBeGreaterThan(0)
    // The service does not read, so the rest waits.
    expect(await share()).toBeLessThan(1)
    reading.resolve()
    await page.getByText('many.csv is uploaded.').waitFor()
    expect(await page.getByLabel('uploadId').inputValue()).toMatch(/^upload_/)
  })

  it('an upload that is stopped leaves no id and no error, and another can be sent', async () => {
    const { page, input, progress, share } = await openUpload()
    await expect.poll(share).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Stop the upload' }).click()
    await progress.waitFor({ state: 'detached' })
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.getByLabel('uploadId').inputValue()).toBe('')
    reading.resolve()
    await input.setInputFiles(fileOf('few.csv', 100))
    await page.getByText('few.csv is uploaded.').waitFor()
  })

  it('an upload that is too large is refused with the limit', async () => {
    reading.resolve()
    const { page, allow } = await console.open('#/submit?type=importOrders')
    await page.getByLabel('File to upload').setInputFiles(fileOf('large.csv', manyBytes + 1))
    const refusal = page.getByRole('alert').filter({ hasText: 'CONTENT_TOO_LARGE' })
    await refusal.filter({ hasText: '25,165,824 bytes' }).waitFor()
    expect(await page.getByLabel('uploadId').inputValue()).toBe('')
    allow(/413/)
  })

  it('a download works after the link that the page has read has expired', async () => {
    const report = {
      reportType: 'SALES_BY_COUNTRY',
      dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
      format: 'CSV',
    }
    const { headers } = await ask(service, '/api/v1/reports:generate', { json: report })
    const path = headers.get('location') ?? ''
    const { page } = await console.open(`#/operations/${path.split('/').at(-1)}`)
    const download = page.getByRole('button', { name: 'Download the file' })
    await download.waitFor()
    const { body } = await ask(service, path)
    const { downloadUrl } = body.result as { downloadUrl: string }
    await expect.poll(async () => (await fetch(service.url + downloadUrl)).status).toBe(410)
    const saved = page.waitForEvent('download')
    await download.click()
    expect(await readFile((await (await saved).path()) ?? '', 'utf8')).toContain('United States')
  })
})
