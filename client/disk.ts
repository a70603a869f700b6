import type { Writable } from 'node:stream'
import type { NodeWritable } from './stream.ts'

// Imported only where a file is written. The built-ins are loaded at run time, so that a bundle for browsers builds without them.
const { createWriteStream } = process.getBuiltinModule('node:fs')
const { realpath, rename, rm, stat } = process.getBuiltinModule('node:fs/promises')
const { Readable } = process.getBuiltinModule('node:stream')
const { pipeline } = process.getBuiltinModule('node:stream/promises')

/**
 * Streams into the file at `path`, which appears only when it is complete. Replaces an existing file; behind a symbolic link, the file that
 * it names. Concurrent downloads to one path write separate partial files. Writes directly into a FIFO or a device.
 */
export async function saveTo(path: string, body: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const existing = await stat(path).catch(() => undefined)
  if (existing && !existing.isFile()) return pipeTo(createWriteStream(path), body, signal)
  const target = existing ? await realpath(path) : path
  const partial = `${target}.${crypto.randomUUID()}.part`
  try {
    await pipeTo(createWriteStream(partial, { flags: 'wx' }), body, signal)
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Streams into a Node stream and ends the stream. */
export async function pipeTo(
  target: NodeWritable,
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  // Where the types of the DOM are present, too, they differ from those of Node.
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), target as Writable, { signal })
}

/** An incremental SHA-256, in hex. */
export function sha256(): { update(bytes: Uint8Array): void; digest(): string } {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
}
