import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const deploy = join(import.meta.dirname, '../../deploy')
const prometheus = join(deploy, 'prometheus')
const rules = readFileSync(join(prometheus, 'rules.yml'), 'utf8')
const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name)
const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/dashboard.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'longrun-alerts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const promtool = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

/** The tests of the rules with other rules. */
function tested(text: string) {
  writeFileSync(join(folder, 'rules.yml'), text)
  copyFileSync(join(prometheus, 'rules.test.yml'), join(folder, 'rules.test.yml'))
  return promtool('test', 'rules', join(folder, 'rules.test.yml'))
}

// Skipped where Prometheus is not installed.
describe.skipIf(spawnSync('promtool', ['--version']).status !== 0)('promtool', () => {
  it('accepts the rules, and their tests pass', () => {
    expect(promtool('check', 'rules', join(prometheus, 'rules.yml'))).toMatchObject({ status: 0 })
    expect(tested(rules)).toMatchObject({ status: 0 })
  })

  it.each(alerts)('has a test in which %s fires, and one in which it does not', (name) => {
    const own = new RegExp(`(alert: ${name}\\n[\\s\\S]*?expr: )(?:\\|\\n(?: {10}.*\\n)+|.*\\n)`)
    expect(rules).toMatch(own)
    expect(tested(rules.replace(own, '$1vector(0) > 1\n')).output).toContain(`alertname: ${name}`)
    expect(tested(rules.replace(own, '$1vector(1)\n')).output).toContain(`alertname: ${name}`)
  })

  it('can parse every expression of the dashboard', () => {
    const expressions: string[] = dashboard.panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$type', '.*')),
    )
    expect(expressions.length).toBeGreaterThan(30)
    const records = expressions.map((expr, at) => `- { record: 'panel:${at}', expr: ${JSON.stringify(expr)} }`)
    const file = join(folder, 'dashboard.yml')
    writeFileSync(file, `groups: [{ name: dashboard, rules: [\n${records.map((one) => one.slice(2)).join(',\n')}] }]\n`)
    expect(promtool('check', 'rules', file)).toMatchObject({ status: 0 })
  })
})
