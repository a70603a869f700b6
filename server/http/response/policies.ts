/** Content security policies (CSP Level 3) of the pages. Each page runs scripts of this service only, and no page may be framed. */
type Sources = Readonly<Record<string, string>>

const common: Sources = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

function policy(own: Sources): string {
  return Object.entries({ ...common, ...own })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ')
}

/** Pages of text have their style inline. */
export const textPagePolicy = policy({ 'style-src': "'unsafe-inline'" })

/** The console sends requests to this service; downloads and previews are `blob:` URLs. */
export const consolePolicy = policy({ 'img-src': "'self' data: blob:", 'connect-src': "'self'" })

/** `/docs`: the renderer creates style sheets and a search worker. `inlineHash`: of its inline script. */
export function documentationPolicy(inlineHash: string): string {
  return policy({
    'script-src': `'self' 'sha256-${inlineHash}'`,
    'style-src': "'unsafe-inline'",
    'font-src': 'data:',
    'connect-src': "'self'",
    'worker-src': 'blob:',
  })
}
