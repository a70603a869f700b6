import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../server/app/config.ts'
import { compose, copies, dockerfile, documented, manifests, root } from './manifests.ts'

/** Variables of the AWS SDK, which reads them itself. */
const ofSdk = /^AWS_/
/** A stop takes 30 s at most. */
const stopSeconds = 30

describe('the image', () => {
  it('copies only what exists, and everything that the service reads from its package', () => {
    for (const { stage, sources } of copies.filter(({ stage }) => stage === undefined || stage === 'build'))
      for (const source of sources) {
        const path = source.replace(/^\/app\//, '')
        expect(existsSync(join(root, path)), `${stage ?? 'context'}: ${path}`).toBe(true)
      }
  })

  it('sets only variables of the service', () => {
    const [, variables = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
    const names = variables.split(' ').map((pair) => pair.split('=')[0] as string)
    expect(names.filter((name) => !documented.has(name) && name !== 'NODE_ENV')).toEqual([])
    expect(() => readConfig(Object.fromEntries(variables.split(' ').map((pair) => pair.split('='))))).not.toThrow()
  })

  it('runs as a user without privileges, under an init, with the command of npm start', () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m)
    const [, entry = '[]'] = /^ENTRYPOINT (.+)$/m.exec(dockerfile) ?? []
    const [, command = '[]'] = /^CMD (.+)$/m.exec(dockerfile) ?? []
    expect(JSON.parse(entry)).toEqual(['tini', '--'])
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(`exec ${JSON.parse(command).join(' ')}`).toBe(scripts.start)
  })

  it('has the Node that the service needs, and the same in every stage', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim']))
  })
})

describe('the Kubernetes manifests', () => {
  const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
  const containers = workloads.flatMap(({ metadata, spec }) =>
    spec.template.spec.containers.map((container) => ({ workload: metadata.name, container })),
  )
  const one = (kind: string) => manifests.find((manifest) => manifest.kind === kind)

  it('set only variables of the service, and take secrets from the Secret', () => {
    const secret = Object.keys(one('Secret')?.stringData ?? {})
    const config = one('ConfigMap')?.data ?? {}
    const all = [
      ...Object.keys(config),
      ...containers.flatMap(({ container }) => container.env?.map(({ name }) => name)),
    ]
    expect(all.filter((name) => name && !documented.has(name) && !ofSdk.test(name))).toEqual([])
    for (const { container } of containers)
      for (const { name, value, valueFrom } of container.env ?? [])
        if (/URL|KEY/.test(name)) {
          expect(value, name).toBeUndefined()
          expect(secret).toContain(valueFrom?.secretKeyRef.key)
        }
    expect(Object.keys(config).filter((name) => /DATABASE_URL|KEY|PASSWORD/.test(name))).toEqual([])
  })

  it('run with no privilege and a read-only root', () => {
    expect(containers.length).toBe(3)
    for (const { container } of containers)
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    for (const { spec } of workloads)
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
  })

  it('probe ports and paths that the container serves, and wait for an orderly stop', () => {
    for (const { spec } of workloads.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds + 5)
      const [container] = spec.template.spec.containers
      const ports = container?.ports?.map(({ name }) => name)
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        expect(ports).toContain(container?.[probe]?.httpGet.port)
        expect(['/readyz', '/healthz']).toContain(container?.[probe]?.httpGet.path)
      }
      expect(container?.livenessProbe?.httpGet.path).toBe('/healthz')
      expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels)
    }
  })

  it('scale deployments that exist', () => {
    const names = manifests.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name)
    const scaled = manifests.filter(({ kind }) => /Autoscaler|ScaledObject/.test(kind))
    expect(scaled).toHaveLength(3)
    for (const { spec } of scaled) expect(names).toContain(spec.scaleTargetRef.name)
  })

  it('have a place for every role, and one database pool that the docs describe', () => {
    const roles = containers.flatMap(
      ({ container }) => container.env?.find(({ name }) => name === 'ROLES')?.value ?? [],
    )
    expect(roles.toSorted()).toEqual(['api', 'worker'])
  })
})

describe('the compose file', () => {
  const services = Object.entries(compose.services)

  it('sets only variables of the service', () => {
    const own = services.filter(([, { build }]) => build)
    expect(own.map(([name]) => name)).toEqual(['migrate', 'api', 'worker'])
    for (const [, { environment = {}, read_only, stop_grace_period = '' }] of own) {
      expect(Object.keys(environment).filter((name) => !documented.has(name) && !ofSdk.test(name))).toEqual([])
      expect(read_only).toBe(true)
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(stopSeconds)
    }
  })

  it('publishes ports on this machine only, and names a version of every image', () => {
    for (const [name, { image = '', ports = [] }] of services) {
      expect(image, name).toMatch(/:v?\d[\w.-]*$/)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    }
  })

  it('mounts only files that exist, and volumes that are declared', () => {
    for (const [name, { volumes = [] }] of services)
      for (const volume of volumes) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('.')) expect(existsSync(join(root, 'deploy', source)), `${name}: ${source}`).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
  })

  it('has no secret: each comes from compose.env', () => {
    const text = readFileSync(join(root, 'deploy/compose.yaml'), 'utf8')
    for (const [, value] of text.matchAll(/(?:PASSWORD|SECRET_ACCESS_KEY|API_KEYS): (\S+)/g))
      expect(value).toMatch(/^\$\{/)
    const example = readFileSync(join(root, 'deploy/compose.env.example'), 'utf8')
    const named = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
    expect(new Set([...example.matchAll(/^([A-Z_0-9]+)=/gm)].map(([, name]) => name))).toEqual(
      named.add('COMPOSE_PROJECT_NAME'),
    )
  })
})
