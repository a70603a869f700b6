import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { edited } from './edits.ts'
import { failpoints } from './failpoints.ts'
import { mutants } from './mutants.ts'

const top = resolve(import.meta.dirname, '../..')

test.for([...mutants, ...failpoints])('$name still fits the source', (edit) => {
  const source = readFileSync(join(top, edit.file), 'utf8')
  expect(edited(source, edit)).toContain(edit.to)
})

test('an edit whose text is gone, or stands twice, is an error', () => {
  const edit = { name: 'one', file: 'none.ts', from: 'a', to: 'b' }
  expect(() => edited('xyz', edit)).toThrow('stands 0 times')
  expect(() => edited('aa', edit)).toThrow('stands 2 times')
})
