import type { Writable } from 'node:stream'

// Loaded only where a file is written. Built-ins are asked for at run time, so that a bundle for browsers, which never
// gets here, builds without them.
const { createWriteStream } = process.getBuiltinModule('node:fs')
const { rename, rm } = process.getBuiltinModule('node:fs/promises')
const { Readable } = process.getBuiltinModule('node:stream')
const { pipeline } = process.getBuiltinModule('node:stream/promises')

/** Streams into the file at `path`, which appears only when it is whole. Replaces a file that is there. */
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

/** Streams into a Node stream, and ends it. */
export async function pipeTo(target: Writable, body: ReadableStream<Uint8Array>, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.fromWeb(body), target, { signal })
}
