import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { contractDocument } from '../../server/contract/document.ts'
import { snippets } from './snippets.ts'

const top = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
type Operation = { operationId: string; 'x-codeSamples'?: { label: string; source: string }[] }

it('the TypeScript of the guides and of the samples of all operations compiles', async () => {
  // Inside the repository, so that imports of packages are found.
  const folder = mkdtempSync(join(top, 'dist/compile-'))
  try {
    const samples = Object.values(contractDocument.paths)
      .flatMap((item) => Object.values(item) as unknown as Operation[])
      .flatMap(({ operationId, 'x-codeSamples': all = [] }) =>
        all.filter(({ label }) => label === 'TypeScript').map(({ source }) => ({ name: operationId, source })),
      )
    const inGuides = snippets
      .filter(({ language }) => language === 'ts')
      .map(({ guide, at, code }) => ({ name: `${guide}-${at}`, source: code }))
    expect(samples.length).toBeGreaterThan(60)
    for (const { name, source } of [...samples, ...inGuides]) writeFileSync(join(folder, `${name}.ts`), source)
    const compilerOptions = {
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
      module: 'nodenext',
      moduleDetection: 'force',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const compiler = join(top, 'node_modules/@typescript/native/bin/tsc')
    const output = await run(process.execPath, [compiler, '--project', folder]).then(
      () => '',
      ({ stdout, message }) => stdout || message,
    )
    expect(output).toBe('')
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 300_000)
