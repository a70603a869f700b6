/** The last part of `npm run generate`: the state diagram, in `generated/states.md` and between two markers in the README. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { stateDiagram } from './lifecycle/diagram.ts'

const top = resolve(import.meta.dirname, '..')
const banner = '<!-- Generated from server/lifecycle/states.ts by `npm run generate`. Do not edit. -->'
const begin = '<!-- states: generated -->\n'
const end = '<!-- /states -->\n'
const diagram = `\`\`\`mermaid\n${stateDiagram()}\n\`\`\`\n`

const readme = resolve(top, 'README.md')
const text = readFileSync(readme, 'utf8')
const from = text.indexOf(begin) + begin.length
const to = text.indexOf(end, from)
if (from < begin.length || to < 0) throw new Error(`README.md lacks the markers ${begin.trim()} and ${end.trim()}`)

writeFileSync(resolve(top, 'generated/states.md'), `${banner}\n\n${diagram}`)
writeFileSync(readme, text.slice(0, from) + diagram + text.slice(to))
