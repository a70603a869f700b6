import { createReadStream, existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { type Command, Option } from 'commander'
import { type GlobalOptions, openSession } from '../connection.ts'
import { UsageError } from '../exit-code.ts'

const mediaTypes = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const

/** `download`, `upload`. */
export function addFileCommands(program: Command): void {
  program
    .command('download')
    .description('wait for the result of an operation and save its file')
    .argument('<id>')
    .argument('[path]', 'where to; default: the name that the result has, in this folder; - for standard output')
    .option('--file <field>', 'the field of the result that is the link', 'downloadUrl')
    .option('--force', 'replace a file that exists')
    .action(async (id: string, path: string | undefined, _: unknown, command: Command) => {
      const { file, force, ...globals } = command.optsWithGlobals<GlobalOptions & { file: string; force?: boolean }>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const handle = await longrun.operation(id, undefined, { timeoutMs })
      const result = (await handle.result({ timeoutMs })) as Readonly<Record<string, unknown>>
      if (typeof result[file] !== 'string') {
        const links = Object.keys(result).filter((name) => name.endsWith('Url'))
        throw new UsageError(
          `The result has no file ${file}. ${links.length > 0 ? `Use --file with one of ${links.join(', ')}.` : 'It has no files.'}`,
        )
      }
      const options = { file: file as never, timeoutMs }
      if (path === '-') {
        const stdout = new WritableStream<Uint8Array>({
          write: (chunk) =>
            new Promise((resolve, reject) =>
              process.stdout.write(chunk, (error) => (error ? reject(error) : resolve())),
            ),
        })
        await handle.download(stdout, options)
        return
      }
      const target = path ?? nameIn(result, id)
      if (!force && existsSync(target))
        throw new UsageError(`${target} exists. Choose another path, or use --force to replace it.`)
      const { sizeBytes } = await handle.download(target, options)
      output.show({ path: target, sizeBytes }, (saved) => `${saved.path}  ${saved.sizeBytes} bytes`)
    })

  program
    .command('upload')
    .description('upload a file, for an import')
    .argument('<path>')
    .addOption(new Option('--format <format>', 'default: by the extension').choices(Object.keys(mediaTypes)))
    .action(async (path: string, _: unknown, command: Command) => {
      const { format, ...globals } = command.optsWithGlobals<GlobalOptions & { format?: keyof typeof mediaTypes }>()
      const { longrun, output } = openSession(globals)
      const found = await stat(path).catch((error: Error) => error)
      if (found instanceof Error) throw new UsageError(`${path} cannot be read: ${found.message}`)
      if (!found.isFile()) throw new UsageError(`${path} is no file.`)
      const chosen = format ?? extname(path).slice(1).toLowerCase()
      if (!isFormat(chosen))
        throw new UsageError(`Its format is unknown. Use --format with one of ${Object.keys(mediaTypes).join(', ')}.`)
      const upload = await longrun.upload(createReadStream(path), { mediaType: mediaTypes[chosen] })
      output.show(upload, ({ uploadId, size }) => `${uploadId}  ${size} bytes`)
    })
}

function isFormat(text: string): text is keyof typeof mediaTypes {
  return Object.hasOwn(mediaTypes, text)
}

/** The name of the file, without the folders that a name could contain. */
function nameIn({ fileName, format }: Readonly<Record<string, unknown>>, id: string): string {
  const name = typeof fileName === 'string' ? basename(fileName.replaceAll('\\', '/')) : ''
  if (/^[\w][\w .-]*$/.test(name)) return name
  return typeof format === 'string' && /^\w+$/.test(format) ? `${id}.${format.toLowerCase()}` : id
}
