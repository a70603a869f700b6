import { createRoot, hydrateRoot } from 'react-dom/client'
import { createClient } from '../../../client/index.ts'
import { scene, seen } from './scenes.tsx'

const parameters = new URLSearchParams(location.search)
const longrun = createClient({ baseUrl: location.origin, apiKey: parameters.get('key') ?? '' })
const root = document.querySelector('#root') as Element
const content = scene(longrun, parameters.get('scene') ?? '', parameters)

// A server has rendered the page, or not.
if (root.hasChildNodes()) hydrateRoot(root, content)
else createRoot(root).render(content)

Object.assign(globalThis, { seen })
