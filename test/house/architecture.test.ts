import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(top, 'docs/architecture.md'), 'utf8')

it('the journeys of the architecture page name files that exist', () => {
  const journeys = page.slice(page.indexOf('## Journeys'), page.indexOf('## Glossary'))
  const files = [...new Set(journeys.match(/[a-z]+\/[\w/-]+\.ts/g))]
  expect(files.length).toBeGreaterThan(30)
  expect(files.filter((file) => !existsSync(join(top, 'server', file)))).toEqual([])
})

it('the rooms of the architecture page are the folders of server/', () => {
  const rooms = [...page.matchAll(/^\| (`server\/[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.match(/server\/[\w.]+/g),
  )
  expect(rooms.filter((room) => room && !existsSync(join(top, room)))).toEqual([])
})
