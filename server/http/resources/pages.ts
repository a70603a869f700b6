import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProblemKind } from '../../contract/problems.ts'
import { OperatorError } from '../../domain/operator-error.ts'
import { packageRoot } from '../../lib/package.ts'
import type { Coding } from '../response/representation.ts'

/** Redoc, as `npm run build` writes it for each content coding. */
export function scriptFile(coding: Coding): string {
  const extension = { identity: '', gzip: '.gz', br: '.br' }[coding]
  return join(packageRoot, 'dist/docs', `redoc.js${extension}`)
}

/** The script of the documentation page. Its name changes with its content, so browsers may cache it for ever. */
export type DocumentationScript = { name: string; content: Readonly<Record<Coding, Uint8Array>> }

/** Reads the script once, so that a later fault of the disk does not matter. Throws `OperatorError` if it has not been built. */
export async function loadScript(): Promise<DocumentationScript> {
  const read = (coding: Coding) => {
    const file = scriptFile(coding)
    return readFile(file).catch((cause: unknown) => {
      throw new OperatorError(
        `${file} is missing. Run npm run build where development dependencies are installed (npm ci does so), and copy dist/ from there.`,
        { cause },
      )
    })
  }
  const [identity, gzip, br] = await Promise.all([read('identity'), read('gzip'), read('br')])
  return { name: `redoc.${hash('sha256', identity, 'hex').slice(0, 16)}.js`, content: { identity, gzip, br } }
}

const theme = { typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } } }

/** The path under which browsers see the service: that of its public address. */
export function pathOf(origin: string): string {
  return origin === '' ? '' : new URL(origin).pathname.replace(/\/$/, '')
}

/** `script`: the name of the script, which this service serves. `origin`: its public address, if known. */
export function documentationPage(script: string, origin: string): string {
  const at = pathOf(origin)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Longrun</title>
<style>body { margin: 0 }</style>
</head>
<body>
<redoc spec-url="${at}/openapi.json" hide-download-button theme="${escaped(JSON.stringify(theme))}"></redoc>
<script src="${at}/docs/${script}"></script>
</body>
</html>
`
}

/** Says what answers here, and where to go on. */
export function homePage(origin: string): string {
  const at = pathOf(origin)
  return textPage(
    'Longrun',
    `<h1>Longrun</h1>
<p>This service runs long-running operations behind an HTTP API: submit an operation, get <code>202 Accepted</code> at once, follow its progress and read its result.</p>
<ul>
<li><a href="${at}/console">Console</a>: see and control your operations</li>
<li><a href="${at}/docs">API documentation</a></li>
<li><a href="${at}/openapi.json">OpenAPI document</a></li>
<li><a href="${at}/healthz">Health</a>: whether the process answers</li>
<li><a href="${at}/readyz">Readiness</a>: whether the database can be used</li>
</ul>
<p>Requests to <code>/api/v1</code> need an API key or a token: <code>Authorization: Bearer &lt;key&gt;</code>.</p>`,
  )
}

export function problemPage(
  code: string,
  { title, status, cause, remedy, retryAfter }: ProblemKind,
  origin: string,
): string {
  return textPage(
    code,
    `<h1>${escaped(title)}</h1>
<p><code>${escaped(code)}</code>, status ${status}</p>
<h2>Cause</h2>
<p>${marked(cause)}</p>
<h2>Remedy</h2>
<p>${marked(remedy)}</p>
${retryAfter ? '<p>The same request can succeed later.</p>' : ''}
<p><a href="${pathOf(origin)}/docs">Documentation</a></p>`,
  )
}

/** A page of text. `content` is HTML. */
function textPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem }</style>
</head>
<body>
${content}
</body>
</html>
`
}

function marked(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
