import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readPages } from '../../docs/site/pages.ts'
import { anchorOf, render } from '../../docs/site/render.ts'
import { buildIndex, openIndex } from '../../docs/site/search.ts'
import { loadDocumentation } from '../../server/http/resources/documentation.ts'
import { ask, expectProblem } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'

const top = resolve(import.meta.dirname, '../..')
const pages = readPages()
const rendered = pages.map((page) => ({ ...render(page, pages), isGuide: page.isGuide }))
const anonymous = { key: null }
const addressOf = (name: string) => (name === 'index' ? '/docs/guides' : `/docs/guides/${name}`)

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

describe('the Markdown', () => {
  it('has guides of at most 120 lines', () => {
    const guides = pages.filter(({ isGuide }) => isGuide)
    expect(guides.length).toBeGreaterThan(11)
    for (const { source, markdown } of guides) expect(markdown.split('\n').length, source).toBeLessThanOrEqual(121)
  })

  it.each(pages)('of $source links to files and headings that exist', ({ source, markdown }) => {
    const text = markdown.replaceAll(/^```.*?^```$/gms, '')
    for (const [, href = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|\/)/.test(href)) continue
      const [path = '', anchor] = href.split('#')
      const file = path === '' ? join(top, source) : join(top, dirname(source), path)
      expect(existsSync(file), `${source} links to ${href}`).toBe(true)
      if (anchor === undefined) continue
      const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        anchorOf(heading),
      )
      expect(headings, `${source} links to ${href}`).toContain(anchor)
    }
  })
})

describe('the served pages', () => {
  it('are those of the sources', async () => {
    const { guides } = await loadDocumentation()
    const current = rendered.map(({ name, title, html }) => ({ name, title, html }))
    expect(guides, 'dist/docs is old: run npm run build').toEqual(current)
  })

  it('have links that work, to pages, headings and the rest of the service', async () => {
    const texts = new Map<string, string>()
    const read = async (path: string) => {
      const known = texts.get(path)
      if (known !== undefined) return known
      const { status, text } = await ask(service, path, anonymous)
      expect(status, path).toBe(200)
      texts.set(path, text)
      return text
    }
    let followed = 0
    for (const { name } of rendered) {
      const at = addressOf(name)
      for (const [, href = ''] of (await read(at)).matchAll(/href="([^"]+)"/g)) {
        if (/^https?:/.test(href)) continue
        const [path = '', anchor] = href.split('#')
        const target = await read(path === '' ? at : path)
        if (anchor !== undefined) expect(target, `${at} links to ${href}`).toContain(`id="${anchor}"`)
        followed += 1
      }
    }
    expect(followed).toBeGreaterThan(150)
  })

  it('load nothing but the script of the search', async () => {
    for (const { name } of rendered) {
      const { text } = await ask(service, addressOf(name), anonymous)
      const loaded = [...text.matchAll(/\bsrc="([^"]+)"/g)].map(([, address]) => address)
      expect(loaded).toEqual(name === 'index' ? [`/docs/files/${(await loadDocumentation()).search}`] : [])
    }
  })

  it('404 for any other name', async () => {
    for (const name of ['index', 'nothing', '__proto__', 'polling.md', '..%2Fwebhooks', 'architecture'])
      expectProblem(await ask(service, `/docs/guides/${name}`, anonymous), 404, 'NOT_FOUND')
  })

  it('escape what is no Markdown', () => {
    const page = {
      name: 'x',
      source: 'docs/x.md',
      isGuide: false,
      markdown: '# X\n\nA <b onclick="x()">b</b> `<script>`',
    }
    const { html } = render(page, [page])
    expect(html).toContain('&lt;b onclick=&quot;x()&quot;&gt;')
    expect(html).not.toMatch(/<b|<script/)
  })
})

describe('the search', () => {
  const find = openIndex(buildIndex(rendered.filter(({ name }) => name !== 'index')))
  const guide = readFileSync(join(top, 'docs/guides/index.md'), 'utf8')
  const [, questions = ''] = guide.split('## Ten questions')
  const asked = [...questions.matchAll(/^\| ([^|]+\?) \| \[[^\]]+\]\((?:\.\.\/)?([\w-]+)\.md\) \|$/gm)].map(
    ([, question = '', page = '']) => ({ question, page }),
  )

  it('has ten questions', () => {
    expect(asked).toHaveLength(10)
  })

  it.each(asked)('finds $page first for "$question"', ({ question, page }) => {
    expect(find(question)[0]?.name).toBe(page)
  })

  it.each([
    ['Retry-After', 'errors'],
    ['EventSource header', 'browsers'],
    ['webhook signature python', 'verify-webhooks'],
    ['webhok signatur', 'verify-webhooks'],
    ['expired download link', 'retention'],
    ['UNSAFE_URL', 'webhooks-reference'],
    ['OWNER_STORED_BYTES', 'quotas'],
    ['CORS', 'browsers'],
    ['stuck in queue', 'troubleshooting'],
  ])('finds for %j among the first three: %s', (words, page) => {
    expect(
      find(words)
        .slice(0, 3)
        .map(({ name }) => name),
    ).toContain(page)
  })

  it('finds nothing for words that no page has, or no word', () => {
    for (const words of ['', '   ', 'zzzyyyxxx', '*', '__proto__ constructor'])
      expect(find(words).length).toBeLessThan(3)
  })
})
