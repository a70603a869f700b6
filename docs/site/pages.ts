import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

/** A page below `/docs/guides`. `source`: its Markdown file, from the top of the repository. */
export type Page = { name: string; source: string; isGuide: boolean; markdown: string }

const top = resolve(import.meta.dirname, '../..')
/** Its readers have the sources. */
const unserved = ['architecture.md']

/** The guides, and the other pages of `docs/`. One of those that has the name of a guide is served as `<name>-reference`. */
export function readPages(): Page[] {
  const guides = markdownOf('docs/guides').map((source) => page(basename(source, '.md'), source, true))
  const names = new Set(guides.map(({ name }) => name))
  const others = markdownOf('docs')
    .filter((source) => !unserved.includes(basename(source)))
    .map((source) => {
      const name = basename(source, '.md')
      return page(names.has(name) ? `${name}-reference` : name, source, false)
    })
  return [...guides, ...others]
}

function markdownOf(folder: string): string[] {
  return readdirSync(join(top, folder))
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `${folder}/${file}`)
}

function page(name: string, source: string, isGuide: boolean): Page {
  return { name, source, isGuide, markdown: readFileSync(join(top, source), 'utf8') }
}
