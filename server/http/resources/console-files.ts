import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { OperatorError } from '../../domain/operator-error.ts'
import { packageRoot } from '../../lib/package.ts'

/** The console as `npm run build` writes it: its page, and the files that the page loads by names that change with their content. */
export type ConsoleFiles = { page: string; files: ReadonlyMap<string, string> }

const folder = join(packageRoot, 'dist/console')
/** By the extension of the file. */
export const mediaTypes = { '.js': 'text/javascript', '.css': 'text/css' } as const

export type Extension = keyof typeof mediaTypes

/** Reads the console once, so that a later fault of the disk does not matter. Throws `OperatorError` if it has not been built. */
export async function loadConsole(): Promise<ConsoleFiles> {
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  try {
    const names = (await readdir(folder)).filter((name) => extname(name) in mediaTypes)
    const files = await Promise.all(names.map(async (name) => [name, await read(name)] as const))
    return { page: await read('index.html'), files: new Map(files) }
  } catch (cause) {
    throw new OperatorError(
      `The console in ${folder} cannot be read. Run npm run build where development dependencies are installed (npm ci does so), and copy dist/ from there.`,
      { cause },
    )
  }
}
