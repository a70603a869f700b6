import { posix } from 'node:path'
import { Marked, type Token, type Tokens } from 'marked'
import type { Page } from './pages.ts'

/** `html`: without the frame that the service adds. `headings` and `text` are what a search looks in. */
export type Rendered = { name: string; title: string; summary: string; html: string; headings: string; text: string }

/** Renders a page for `/docs/guides`, where its links to other pages lead to their addresses there. `pages`: all that are served. */
export function render(page: Page, pages: readonly Page[]): Rendered {
  const names = new Map(pages.map(({ source, name }) => [source, name]))
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const label = this.parser.parseInline(tokens)
        const address = addressOf(href, page.source, names)
        // A reader of the service does not have the files of the repository.
        return address === undefined ? label : `<a href="${escaped(address)}">${label}</a>`
      },
      table(token) {
        // A wide table scrolls by itself, so that the page fits a phone.
        return `<div class="wide" role="group" tabindex="0" aria-label="Table">${tableOf(this.parser, token)}</div>\n`
      },
      // Focusable, because a long line scrolls.
      code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
      html: ({ text }) => escaped(text),
    },
  })
  const tokens = marked.lexer(page.markdown)
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === 'heading')
  const [title] = headings
  if (title?.depth !== 1) throw new Error(`${page.source} does not begin with its title. Begin the page with "# ".`)
  const paragraph = tokens.find((token): token is Tokens.Paragraph => token.type === 'paragraph')
  return {
    name: page.name,
    title: plain(title.text),
    summary: plain(paragraph?.text ?? ''),
    html: marked.parser(tokens),
    headings: headings
      .slice(1)
      .map(({ text }) => plain(text))
      .join('\n'),
    text: plain(textOf(tokens)),
  }
}

/** The address in the service of what a link leads to; undefined for a file that the service does not serve. */
function addressOf(href: string, source: string, names: ReadonlyMap<string, string>): string | undefined {
  if (/^(https?:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const name = names.get(posix.join(posix.dirname(source), path))
  if (name === undefined) return undefined
  const at = name === 'index' ? '/docs/guides' : `/docs/guides/${name}`
  return anchor === undefined ? at : `${at}#${anchor}`
}

/** The anchor that GitHub gives to a heading. */
export function anchorOf(heading: string): string {
  return plain(heading)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

function tableOf(parser: { parseInline(tokens: Token[]): string }, { header, rows }: Tokens.Table): string {
  const row = (cells: Tokens.TableCell[]) =>
    `<tr>${cells.map(({ tokens }) => `<td>${parser.parseInline(tokens)}</td>`).join('')}</tr>`
  const head = header
    .map((cell) => (cell.text === '' ? '<td></td>' : `<th scope="col">${parser.parseInline(cell.tokens)}</th>`))
    .join('')
  const body = rows.map((cells) => row(cells)).join('\n')
  return `<table><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table>`
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw).join('\n')
}

/** Markdown without its marks: what a reader sees. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*|]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
