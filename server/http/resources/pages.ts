import type { ProblemKind } from '../../contract/problems.ts'

/** The path under which browsers see the service: that of its public address. */
export function pathOf(origin: string): string {
  return origin === '' ? '' : new URL(origin).pathname.replace(/\/$/, '')
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
<li><a href="${at}/docs/guides">Guides</a>: how to use the service, with a search</li>
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
<p><a href="${pathOf(origin)}/docs/guides/errors">Which errors to retry</a> · <a href="${pathOf(origin)}/docs/guides/troubleshooting">Troubleshooting</a> · <a href="${pathOf(origin)}/docs">API documentation</a></p>`,
  )
}

/** Light and dark as the browser prefers. Long words and wide tables scroll or break, so that the page fits a phone. */
const style = `:root { background: light-dark(#fff, #16181c); color: light-dark(#1b1d21, #e4e6ea); color-scheme: light dark }
body { font: 1rem/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 48rem; overflow-wrap: break-word; padding: 1.5rem 1rem 4rem }
h1, h2, h3 { line-height: 1.25 }
h2 { margin-top: 2em }
a { color: light-dark(#0b57d0, #a8c7fa) }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
code { background: light-dark(#f0f2f5, #2b2f36); border-radius: .2em; font-size: .9em; padding: .1em .25em }
pre { background: light-dark(#f0f2f5, #2b2f36); border-radius: .4rem; line-height: 1.45; overflow-x: auto; padding: .75rem 1rem }
pre code { background: none; padding: 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .95em }
th, td { border-bottom: 1px solid light-dark(#d0d5dc, #454b54); min-width: 5rem; padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top }
input { font: inherit; max-width: 100%; padding: .3rem .5rem; width: 24rem }`

/** A page of text. `content` and `before`, which comes before the main part, are HTML. */
export function textPage(title: string, content: string, before = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${style}
</style>
</head>
<body>
${before}<main>
${content}
</main>
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
