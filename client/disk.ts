import type { Writable } from 'node:stream'

// Imported only where a file is written. The built-ins are loaded at run time, so that a bundle for browsers builds without them.
const { createWriteStream } = process.getBuiltinModule('node:fs')
const { rename, rm } = process.getBuiltinModule('node:fs/promises')
const { Readable } = process.getBuiltinModule('node:stream')
const { pipeline } = process.getBuiltinModule('node:stream/promises')

/** Streams into the file at `path`, which appears only when it is complete. Replaces an existing file. */
export async function saveTo(path: string, body: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const partial = `${path}.part`
  try {
    await pipeTo(createWriteStream(partial), body, signal)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Streams into a Node stream and ends the stream. */
export async function pipeTo(target: Writable, body: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.fromWeb(body), target, { signal })
}
