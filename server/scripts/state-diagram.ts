/**
 * The first part of `npm run generate`: writes the state diagram into `generated/states.md`, and between two markers into the README and into
 * the description of the contract.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { stateDiagram } from '../domain/state-diagram.ts'
import { packageRoot as top } from '../lib/package.ts'

const banner = '<!-- Generated from server/domain/state-machine.ts by `npm run generate`. Do not edit. -->'
const begin = '<!-- states: generated -->\n'
const end = '<!-- /states -->\n'
const diagram = `\`\`\`mermaid\n${stateDiagram()}\n\`\`\`\n`

writeFileSync(resolve(top, 'generated/states.md'), `${banner}\n\n${diagram}`)
replaceDiagram('README.md')
replaceDiagram('spec/openapi.yaml')

/** Replaces the text between the markers in `name`. Each line gets the indentation of the markers. */
function replaceDiagram(name: string) {
  const file = resolve(top, name)
  const text = readFileSync(file, 'utf8')
  const from = text.indexOf(begin) + begin.length
  const to = text.indexOf(end, from)
  if (from < begin.length || to < 0) throw new Error(`${name} lacks the markers ${begin.trim()} and ${end.trim()}`)
  const indent = text.slice(text.lastIndexOf('\n', to - 1) + 1, to)
  const indented = diagram.replaceAll(/^(?=.)/gm, indent)
  writeFileSync(file, text.slice(0, from) + indented + indent + text.slice(to))
}
