import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Manifest, manifests, root } from './manifests.ts'

/** A folder of packages with `kubernetes-models` and `dockerfilelint`, which `.ci/run` installs. Without it, or a program, its tests are skipped. */
const tools = process.env.DEPLOY_TOOLS ?? ''
const run = (file: string, args: string[], cwd = root) => {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}
const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

const folder = mkdtempSync(join(tmpdir(), 'longrun-deploy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.skipIf(!has('promtool', '--version'))('promtool accepts the configuration of Prometheus', () => {
  expect(run('promtool', ['check', 'config', 'deploy/prometheus/prometheus.yml'])).toMatchObject({ status: 0 })
})

it.skipIf(!has('kubectl', 'version', '--client'))('kustomize builds the manifests', () => {
  const { status, output } = run('kubectl', ['kustomize', 'deploy/kubernetes'])
  expect(status, output).toBe(0)
  // The last label of each: every object is in the namespace, and the image has a registry.
  expect(output.match(/^kind: /gm)?.length).toBeGreaterThan(9)
  expect(output).not.toMatch(/image: longrun$/m)
})

it.skipIf(!has('docker-compose', '--version'))('docker-compose accepts the compose file', () => {
  const variables = ['POSTGRES_PASSWORD', 'NATS_PASSWORD', 'S3_PASSWORD', 'GRAFANA_PASSWORD', 'API_KEYS']
  const environment = join(folder, 'compose.env')
  writeFileSync(environment, variables.map((name) => `${name}=0123456789abcdef\n`).join(''))
  const { status, output } = run('docker-compose', [
    '--env-file',
    environment,
    '--file',
    'deploy/compose.yaml',
    'config',
    '--quiet',
  ])
  expect(status, output).toBe(0)
})

it.skipIf(!existsSync(join(tools, 'dockerfilelint')))('dockerfilelint finds nothing in the Dockerfile', () => {
  const { status, output } = run(process.execPath, [join(tools, 'dockerfilelint/bin/dockerfilelint'), 'Dockerfile'])
  expect(status, output).toBe(0)
})

describe.skipIf(!existsSync(join(tools, 'kubernetes-models')))('the types of the Kubernetes API', () => {
  /** The compiler refuses unknown fields and wrong types of a literal. */
  function compile(own: readonly Manifest[]) {
    const lines = own.map(
      ({ apiVersion, kind, ...rest }, index) =>
        `import type { I${kind} as Kind${index} } from 'kubernetes-models/${apiVersion}'\n` +
        `export const manifest${index}: Kind${index} = ${JSON.stringify({ apiVersion, kind, ...rest })}\n`,
    )
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'manifests.ts'), lines.join(''))
    if (!existsSync(join(folder, 'node_modules'))) symlinkSync(tools, join(folder, 'node_modules'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext']
    return run(join(root, 'node_modules/.bin/tsc'), [...options, 'manifests.ts'], folder)
  }
  const known = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('keda.sh'))

  it('fit every manifest', () => {
    expect(known.length).toBeGreaterThan(9)
    expect(compile(known)).toEqual({ status: 0, output: '' })
  })

  it('find a misspelled field', () => {
    const [deployment] = known.filter(({ kind }) => kind === 'Deployment')
    const wrong = JSON.parse(JSON.stringify(deployment).replace('"readinessProbe"', '"readynessProbe"'))
    expect(compile([wrong]).output).toMatch(/readynessProbe/)
  })
})
