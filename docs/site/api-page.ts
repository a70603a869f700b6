import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Diagram, withDiagrams } from './diagrams.ts'

/** `scriptHash`: of the only inline script, which sets the colours before the first paint, for the policy of the page. */
export type ApiPage = { html: string; script: string; scriptHash: string; diagrams: Diagram[] }

type Contract = { info: { description: string } }

const top = resolve(import.meta.dirname, '../..')
/** Where the page loads its script from. The service replaces the name by one that changes with the content. */
const scriptAddress = '/docs/files/api.js'

/** The API documentation as one page: rendered, so that it is painted before its script has loaded, and the script that makes it interactive. */
export function buildApiPage(): ApiPage {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-docs-'))
  try {
    const definition: Contract = JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8'))
    const { markdown, diagrams } = withDiagrams(definition.info.description)
    definition.info.description = `${markdown}\n\n${names()}`
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(definition))
    const page = join(folder, 'api.html')
    const options = ['build-docs', join(folder, 'openapi.json'), '--output', page, '--inlineBundle']
    const settings = ['--template', join(top, 'docs/site/api.hbs'), '--config', join(top, 'redocly.yaml')]
    execFileSync(process.execPath, [join(top, 'node_modules/.bin/redocly'), ...options, ...settings], { stdio: 'pipe' })
    return { ...parts(withoutLogo(readFileSync(page, 'utf8'))), diagrams }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The table of names, as a section of the introduction. */
function names(): string {
  return readFileSync(join(top, 'docs/names.md'), 'utf8')
    .replaceAll(/^## /gm, '#### ')
    .replace(/^# /, '## ')
    .replaceAll(/\[([^\]]+)\]\((\w+)\.md(#[\w-]+)?\)/g, '[$1](docs/guides/$2)')
}

/** Takes the module script out of the page, so that the browser paints the page first and keeps the script. */
function parts(page: string): Omit<ApiPage, 'diagrams'> {
  const open = '<script type="module">'
  const start = page.indexOf(open)
  const end = page.lastIndexOf('</script>')
  const inline = [...page.slice(0, start).matchAll(/<script>(.*?)<\/script>/gs)].map(([, text = '']) => text)
  const [colours, ...others] = inline
  if (start < 0 || colours === undefined || others.length > 0)
    throw new Error('redocly build-docs writes another kind of page. Adapt docs/site/api-page.ts to it.')
  return {
    html: `${page.slice(0, start)}<script type="module" src="${scriptAddress}"></script>${page.slice(end + '</script>'.length)}`,
    script: acceptedFirst(page.slice(start + open.length, end)),
    scriptHash: hash('sha256', colours, 'base64'),
  }
}

/** The two places in which the renderer lists the responses of an operation: with their bodies, and their examples. */
const lists = [
  /Object\.entries\(\w+\)\.filter\(\(\[(\w+)\]\)=>\w+\(\1\)\)(?=\.map)/g,
  /(?<=(\w+)\?)Object\.keys\(\1\)\.filter\(\w+\)(?=:void 0)/g,
]

/** The renderer lists responses by status. The usual one of a submit is 202, so it is listed before the 200 of a submit that waits. */
function acceptedFirst(script: string): string {
  return lists.reduce((text, list) => {
    if (text.match(list)?.length !== 1)
      throw new Error('redocly build-docs lists responses in another way. Adapt docs/site/api-page.ts to it.')
    return text.replace(
      list,
      '$&.sort((one,other)=>Number(String(other).startsWith("202"))-Number(String(one).startsWith("202")))',
    )
  }, script)
}

/** The page loads nothing from other hosts: the logo of the generator is replaced by its name. */
function withoutLogo(page: string): string {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="14"><text y="11" font-family="sans-serif" font-size="11" fill="#2467f2">Redocly</text></svg>'
  return page.replaceAll(
    /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g,
    `data:image/svg+xml,${encodeURIComponent(svg)}`,
  )
}
