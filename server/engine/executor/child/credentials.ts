import type { S3Credentials } from '../../../files/open.ts'
import type { CredentialsAnswer, CredentialsRequest } from '../protocol.ts'

let asked: PromiseWithResolvers<S3Credentials> | undefined

/** The worker's credentials for files, which an executor process asks for when it needs them. */
export function workerCredentials(): Promise<S3Credentials> {
  if (!asked) {
    asked = Promise.withResolvers()
    // Errors are ignored: the `disconnect` event follows.
    process.send?.({ need: 'credentials' } satisfies CredentialsRequest, undefined, undefined, () => {})
  }
  return asked.promise
}

process.on('message', (message: CredentialsAnswer | unknown[]) => {
  if (Array.isArray(message)) return
  if (message.credentials) {
    const { expiresAt, ...keys } = message.credentials
    asked?.resolve(expiresAt === undefined ? keys : { ...keys, expiration: new Date(expiresAt) })
  } else asked?.reject(new Error('the worker has no credentials for files'))
  asked = undefined
})
