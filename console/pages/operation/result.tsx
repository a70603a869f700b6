import { useState } from 'react'
import type { Operation } from '../../../client/index.ts'
import { Failure, Loading } from '../../components/states.tsx'
import { useFileLink } from './file-link.ts'
import { FirstRows, hasRows } from './first-rows.tsx'
import { Fact } from './header.tsx'
import { Json, Plain } from './text.tsx'
import type { useFull } from './use-full.ts'

/** The result: its counts, its files and all of it as JSON. */
export function Result({ operation, full }: { operation: Operation; full: ReturnType<typeof useFull> }) {
  const result = full.full?.result
  if (full.error) return <Failure error={full.error} onRetry={() => void full.refetch()} />
  if (!result) return <Loading what="Loading the result…" />
  const facts = Object.entries(result).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  const files = facts.map(([name]) => name).filter((name) => /^download.*Url$/.test(name))
  const warnings = (operation.result as { warnings?: Warning[] } | undefined)?.warnings ?? []
  return (
    <section className="panel stack" aria-labelledby="result">
      <h2 id="result">Result</h2>
      <dl className="facts">
        {facts
          .filter(([name]) => !/Url$|^url$/.test(name))
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {typeof value === 'number' ? value.toLocaleString('en') : <Plain text={String(value)} />}
            </Fact>
          ))}
      </dl>
      {warnings.length > 0 && (
        <ul aria-label="Warnings">
          {warnings.map(({ code, message, affectedRecords }) => (
            <li key={`${code} ${message}`}>
              <code>{code}</code> <Plain text={message} />
              {affectedRecords !== undefined && ` (${affectedRecords.toLocaleString('en')} records)`}
            </li>
          ))}
        </ul>
      )}
      {files.map((file) => (
        <File key={file} operationId={operation.operationId} field={file} size={result.size} />
      ))}
      {hasRows(result.format) && files.includes('downloadUrl') && <FirstRows operationId={operation.operationId} />}
      <details>
        <summary>All of the result as JSON</summary>
        <Json value={result} label="the result" />
      </details>
    </section>
  )
}

type Warning = { code: string; message: string; affectedRecords?: number }

function File({ operationId, field, size }: { operationId: string; field: string; size: unknown }) {
  const linkOf = useFileLink(operationId)
  const [error, setError] = useState<unknown>()
  async function download() {
    setError(undefined)
    try {
      const link = document.createElement('a')
      link.href = await linkOf(field)
      link.download = ''
      link.click()
    } catch (error) {
      setError(error)
    }
  }
  return (
    <>
      <div className="row">
        <button type="button" className="primary" onClick={() => void download()}>
          Download the file
        </button>
        <span className="quiet">{typeof size === 'number' && bytesText(size)}</span>
      </div>
      {error !== undefined && <Failure error={error} />}
    </>
  )
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
