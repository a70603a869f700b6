import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ProblemKind } from '../contract/problems.ts'

/** Where the page of the documentation finds its script: at this service, never at a CDN. */
export const documentationScriptPath = '/docs/redoc.js'

const theme = { typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } } }

export const documentationPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Longrun</title>
<style>body { margin: 0 }</style>
</head>
<body>
<redoc spec-url="/openapi.json" hide-download-button theme="${escaped(JSON.stringify(theme))}"></redoc>
<script src="${documentationScriptPath}"></script>
</body>
</html>
`

/** Redoc, as its package brings it; read when first asked for. */
export function documentationScript(): Promise<string> {
  script ??= readFile(fileURLToPath(import.meta.resolve('redoc/bundles/redoc.standalone.js')), 'utf8')
  return script
}

let script: Promise<string> | undefined

export function problemPage(code: string, { title, status, cause, cure, retryable }: ProblemKind): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(code)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem }</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p><code>${escaped(code)}</code>, status ${status}</p>
<h2>Cause</h2>
<p>${marked(cause)}</p>
<h2>Cure</h2>
<p>${marked(cure)}</p>
${retryable ? '<p>The same request may succeed later.</p>' : ''}
<p><a href="/docs">Documentation</a></p>
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
