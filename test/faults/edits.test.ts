import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { edited } from './edits.ts'
import { failpoints } from './failpoints.ts'
import { mutants } from './mutants.ts'

const top = resolve(import.meta.dirname, '../..')

test.for([...mutants, ...failpoints])('$name applies to the source', (edit) => {
  const source = readFileSync(join(top, edit.file), 'utf8')
  expect(edited(source, edit)).toContain(edit.to)
})

test('an edit whose text is missing or occurs twice is an error', () => {
  const edit = { name: 'one', file: 'none.ts', from: 'a', to: 'b' }
  expect(() => edited('xyz', edit)).toThrow('occurs 0 times')
  expect(() => edited('aa', edit)).toThrow('occurs 2 times')
})
