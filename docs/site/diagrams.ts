import { hash } from 'node:crypto'

/** An SVG image. Its name changes with its content. */
export type Diagram = { name: string; svg: string }

/**
 * Draws the Mermaid diagrams of a text as SVG images at build time, so that the page needs no script for them, and replaces them by images with
 * addresses relative to `/docs`. It knows the parts of Mermaid that the contract uses: state diagrams, whose places are below, and sequences of
 * messages between participants.
 */
export function withDiagrams(markdown: string): { markdown: string; diagrams: Diagram[] } {
  const diagrams: Diagram[] = []
  const text = markdown.replaceAll(/^```mermaid\n(.*?)^```$/gms, (_, source: string) => {
    const isSequence = source.startsWith('sequenceDiagram')
    const svg = isSequence ? sequenceOf(source) : statesOf(source)
    const name = `${isSequence ? 'sequence' : 'states'}.${hash('sha256', svg, 'hex').slice(0, 16)}.svg`
    diagrams.push({ name, svg })
    return `![${isSequence ? 'Sequence of submit, poll and result' : 'States of an operation'}](docs/files/${name})`
  })
  return { markdown: text, diagrams }
}

const style = `<style>
rect, .page { fill: #fff; stroke: #5b6470 } .page { stroke: none } text { fill: #1b1d21; font: 13px sans-serif } .small { font-size: 11px }
line, path { stroke: #5b6470; fill: none } marker path { fill: #5b6470; stroke: none } .life { stroke-dasharray: 3 4 } .end rect { stroke-width: 2.5 }
@media (prefers-color-scheme: dark) { rect, .page { fill: #16181c; stroke: #9aa4b2 } .page { stroke: none } text { fill: #e4e6ea } line, path { stroke: #9aa4b2 } marker path { fill: #9aa4b2 } }
</style><defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>`

const frame = (width: number, height: number, content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${style}<path class="page" d="M0 0h${width}v${height}H0z"/>${content}</svg>`

const label = (x: number, y: number, text: string, more = 'class="small" text-anchor="middle"') =>
  `<text x="${x}" y="${y}" ${more}>${text}</text>`

const box = { width: 190, height: 34 }
/** The centres of the boxes. */
const places: Record<string, [number, number]> = {
  PENDING: [130, 60],
  WAITING: [130, 230],
  RUNNING: [420, 145],
  CANCELLING: [420, 330],
  COMPLETED: [740, 60],
  COMPLETED_WITH_ERRORS: [740, 145],
  FAILED: [740, 230],
  CANCELLED: [740, 330],
}

function statesOf(source: string): string {
  const arrows = [...source.matchAll(/^\s*(\w+) --> (\w+): (.+)$/gm)].map(([, from = '', to = '', names = '']) => ({
    from,
    to,
    names,
  }))
  const final = new Set([...source.matchAll(/^\s*(\w+) --> \[\*\]/gm)].map(([, name = '']) => name))
  const at = (name: string) => {
    const place = places[name]
    if (!place) throw new Error(`docs/site/diagrams.ts has no place for the status ${name}. Add it to places.`)
    return place
  }
  const lines = arrows
    .filter(({ from, to }) => from !== to)
    .map(({ from, to }) => {
      const [[x1, y1], [x2, y2]] = [at(from), at(to)]
      const both = arrows.some((other) => other.from === to && other.to === from)
      const [start, end] = [edge(x1, y1, x2, y2), edge(x2, y2, x1, y1)]
      const shift = both ? (x1 < x2 || (x1 === x2 && y1 < y2) ? -8 : 8) : 0
      return `<line x1="${start[0]}" y1="${start[1] + shift}" x2="${end[0]}" y2="${end[1] + shift}" marker-end="url(#arrow)"/>`
    })
  const boxes = Object.keys(places).map((name) => {
    const [x, y] = at(name)
    const rect = `<rect x="${x - box.width / 2}" y="${y - box.height / 2}" width="${box.width}" height="${box.height}" rx="8"/>`
    return `<g${final.has(name) ? ' class="end"' : ''}>${rect}${label(x, y + 5, name, 'text-anchor="middle"')}</g>`
  })
  return frame(850, 370, [...lines, ...boxes].join(''))
}

/** Where the line from the centre of a box to another point leaves the box. */
function edge(x: number, y: number, toX: number, toY: number): [number, number] {
  const [dx, dy] = [toX - x, toY - y]
  const scale = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : box.width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : box.height / 2 / Math.abs(dy),
  )
  return [Math.round(x + dx * scale), Math.round(y + dy * scale)]
}

function sequenceOf(source: string): string {
  const participants = [...source.matchAll(/^\s*participant (\w+) as (.+)$/gm)].map(([, id = '', name = '']) => ({
    id,
    name,
  }))
  const gap = 330
  const xOf = (id: string) => {
    const index = participants.findIndex((participant) => participant.id === id)
    if (index < 0) throw new Error(`The sequence diagram has no participant ${id}.`)
    return 110 + index * gap
  }
  const messages = [...source.matchAll(/^\s*(\w+)(-{1,2}>>)(\w+): (.+)$/gm)]
  const drawn = messages.map(([, from = '', arrow, to = '', text = ''], index) => {
    const [x1, x2, y] = [xOf(from), xOf(to), 90 + index * 40]
    const dashed = arrow === '-->>' ? ' stroke-dasharray="5 4"' : ''
    if (from === to) return label(x1 + 10, y, text, 'class="small"')
    return `<line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}"${dashed} marker-end="url(#arrow)"/>${label((x1 + x2) / 2, y - 6, text)}`
  })
  const height = 90 + messages.length * 40
  const lives = participants.map(
    ({ id, name }) =>
      `<line class="life" x1="${xOf(id)}" y1="46" x2="${xOf(id)}" y2="${height - 20}"/><rect x="${xOf(id) - 80}" y="14" width="160" height="32" rx="6"/>${label(xOf(id), 35, name, 'text-anchor="middle"')}`,
  )
  return frame(220 + gap * (participants.length - 1), height, [...lives, ...drawn].join(''))
}
