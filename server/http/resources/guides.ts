import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import type { Backend } from '../backend.ts'
import { encoderOf, publicDocument } from '../response/documents.ts'
import { pathOf, textPage } from './pages.ts'

const index = 'index'

export function guideEndpoints({
  links,
  documentation,
}: Pick<Backend, 'links' | 'documentation'>): Pick<Implementation, 'getGuides' | 'getGuide'> {
  const at = pathOf(links.origin)
  const pages = new Map(
    documentation.guides.map(({ name, title, html }) => {
      const content = html.replaceAll('href="/', `href="${at}/`)
      const text = name === index ? withSearch(content, at, documentation.search) : content
      const page = textPage(title, text, `${navigation(at)}\n`)
      return [name, publicDocument(encoderOf(page), { mediaType: 'text/html', cacheControl: 'public, max-age=300' })]
    }),
  )
  const first = pages.get(index)
  if (!first) throw new Error('dist/docs/guides.json has no page index. Run npm run build.')
  pages.delete(index)
  return {
    getGuides: ({ headers }) => first(headers),
    async getGuide({ path, headers }) {
      const page = pages.get(path.page)
      return page
        ? page(headers)
        : new Problem('NOT_FOUND', 'There is no such page. Read /docs/guides for their names.')
    },
  }
}

function navigation(at: string): string {
  return `<nav><a href="${at}/docs/guides">Guides</a> <a href="${at}/docs">API documentation</a> <a href="${at}/console">Console</a></nav>`
}

/** The form is hidden until the script has loaded the index. */
function withSearch(content: string, at: string, script: string): string {
  const end = content.indexOf('</h1>') + '</h1>'.length
  return `${content.slice(0, end)}
<form hidden role="search" data-pages="${at}/docs/guides">
<label for="words">Search</label> <input id="words" type="search" autocomplete="off">
<p id="search-status" role="status"></p>
<ol id="found"></ol>
</form>
<script defer src="${at}/docs/files/${script}"></script>${content.slice(end)}`
}
