import { renderToString } from 'react-dom/server'
import { createClient } from '../../../client/index.ts'
import { scene } from './scenes.tsx'

/** The scene as a server renders it. The requests of its client go to `fetch`. */
export function rendered(name: string, parameters: string, fetch: (request: Request) => Promise<Response>): string {
  const longrun = createClient({ baseUrl: 'http://127.0.0.1', apiKey: 'key', fetch })
  return renderToString(scene(longrun, name, new URLSearchParams(parameters)))
}
