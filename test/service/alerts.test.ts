import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import '../../server/telemetry/recorded.ts'
import { recordedMetrics } from '../../server/telemetry/counts.ts'
import { readMetrics } from '../../server/telemetry/readings.ts'

const top = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(top, name), 'utf8')
const metrics = [...readMetrics, ...recordedMetrics.values()]
const rules = read('deploy/prometheus/rules.yml')
const runbook = read('docs/runbook.md')
const alerts = [...rules.matchAll(/- alert: (\w+)\n([\s\S]*?)(?=\n {6}- alert|\n {2}- name|$)/g)].map(
  ([, name = '', text = '']) => {
    return { name, text }
  },
)

type Panel = {
  id: number
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { refId: string; expr: string; legendFormat: string }[]
}
const dashboard = JSON.parse(read('deploy/grafana/dashboard.json'))
const panels: Panel[] = dashboard.panels

/** Each name in an expression with the labels that it is selected or grouped by. */
function undefinedNames(text: string): string[] {
  const labelsOf = new Map(metrics.map(({ name, labels = [], type }) => [name, { labels, type }]))
  const names = text.match(/\blongrun_\w+/g) ?? []
  return names.filter((name) => {
    const histogram = labelsOf.get(name.replace(/_(bucket|sum|count)$/, ''))
    return !(labelsOf.has(name) && labelsOf.get(name)?.type !== 'histogram') && histogram?.type !== 'histogram'
  })
}

describe('docs/metrics.md', () => {
  it('has a row for each metric, and for no other', () => {
    const rows = read('docs/metrics.md')
      .split('\n')
      .filter((line) => line.startsWith('| `longrun_'))
    const row = ({ name, type, labels = [], help }: (typeof metrics)[number]) =>
      `| \`${name}\` | ${type} |${labels.length > 0 ? ` ${labels.join(', ')} ` : ' '}| ${help} |`
    expect(rows).toEqual(metrics.map(row))
  })

  it('names no metric that does not exist', () => {
    expect(undefinedNames(read('docs/metrics.md'))).toEqual([])
    expect(undefinedNames(runbook)).toEqual([])
  })
})

describe('the alerts', () => {
  it.each(alerts)('$name has severity, summary, description, and a section of the runbook', ({ name, text }) => {
    expect(text).toMatch(/labels: \{ severity: (warning|critical) \}/)
    expect(text).toMatch(/\n {10}summary: '?.{10,}/)
    expect(text).toMatch(/\n {10}description: .{20,}\./)
    expect(text).toContain(`runbook_url: docs/runbook.md#${name.toLowerCase()}\n`.trimEnd())
    const section = runbook.split(/^## /m).find((one) => one.startsWith(`${name}\n`)) ?? ''
    for (const part of ['**Meaning**: ', '**Look**: ', '**Do**: ']) {
      expect(section.replaceAll('**Look**:\n', '**Look**: \n'), part).toContain(part)
    }
  })

  it('use metrics that the service has', () => {
    expect(alerts.length).toBe(rules.match(/- alert:/g)?.length)
    expect(alerts.length).toBeGreaterThanOrEqual(12)
    expect(undefinedNames(rules)).toEqual([])
  })

  it('are all the sections of the runbook', () => {
    const sections = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
    expect(sections).toEqual(alerts.map(({ name }) => name))
  })

  it('lead to places that exist', () => {
    const anchors = new Set([...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase()))
    const links = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor)
    expect(links.length).toBeGreaterThanOrEqual(5)
    expect(links.filter((anchor) => !anchors.has(anchor ?? ''))).toEqual([])
  })
})

describe('the dashboard', () => {
  it('has a schema version, a uid and variables that Grafana 10 and newer read', () => {
    expect(dashboard).toMatchObject({
      uid: 'longrun',
      title: 'Longrun',
      schemaVersion: 39,
      templating: { list: expect.any(Array) },
    })
    const variables = new Set(dashboard.templating.list.map(({ name }: { name: string }) => name))
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name)
    expect(new Set(used)).toEqual(variables)
  })

  it('has panels with unique ids and titles, that do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
    const taken = new Set<string>()
    for (const { gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`)).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
    }
    for (const { type, targets } of panels) {
      if (type === 'row') continue
      expect(targets?.length).toBeGreaterThan(0)
      expect(new Set(targets?.map(({ refId }) => refId)).size).toBe(targets?.length)
      for (const { expr, legendFormat } of targets ?? []) {
        expect(expr).not.toBe('')
        expect(legendFormat).not.toBe('')
      }
    }
  })

  it('uses metrics that the service has', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join('\n')
    expect(undefinedNames(expressions)).toEqual([])
    const unused = metrics.filter(({ name }) => !expressions.includes(name) && !rules.includes(name))
    expect(unused.length).toBeLessThan(15)
  })
})
