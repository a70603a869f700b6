import type { Operation } from '../../../client/index.ts'
import { baseUrl } from '../../address.ts'
import { Copy } from '../../components/copy.tsx'

/** What to paste into a terminal or a program. The key is never part of it. */
export function Lines({ operation: { operationId, done, links } }: { operation: Operation }) {
  const url = `${baseUrl}/api/v1/operations/${operationId}`
  const curl = (rest: string) => `curl -H "Authorization: Bearer $LONGRUN_API_KEY" ${rest}`
  const lines = [
    ['curl', curl(`"${url}?view=FULL"`)],
    !done && ['curl, cancel', curl(`-X POST "${url}:cancel"`)],
    links.retry && ['curl, retry', curl(`-X POST "${url}:retry"`)],
    [
      'TypeScript',
      `const operation = await createClient({ baseUrl: '${baseUrl}', apiKey: process.env.LONGRUN_API_KEY }).operation('${operationId}')`,
    ],
    ['Command line', `longrun --url ${baseUrl} ${done ? 'get' : 'watch'} ${operationId}`],
    ['Command line, log', `longrun --url ${baseUrl} logs ${operationId}`],
  ].filter((line): line is [string, string] => Array.isArray(line))
  return (
    <section className="panel stack" aria-labelledby="lines">
      <h2 id="lines">Commands</h2>
      <p className="quiet">
        The API key is read from the environment variable <code>LONGRUN_API_KEY</code>.
      </p>
      {lines.map(([name, line]) => (
        <div key={name} className="stack">
          <div className="row">
            <strong>{name}</strong> <Copy text={line} label={`the line for ${name}`} />
          </div>
          <pre>{line}</pre>
        </div>
      ))}
    </section>
  )
}
