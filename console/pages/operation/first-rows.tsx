import { useState } from 'react'
import { Scroll } from '../../components/scroll.tsx'
import { Failure } from '../../components/states.tsx'
import { useFileLink } from './file-link.ts'
import { recordsOf } from './records.ts'
import { Plain } from './text.tsx'

/** Enough for the rows that are shown, whatever the size of the file. */
const readBytes = 32_768
const mostRows = 20

export function hasRows(format: unknown): boolean {
  return format === 'CSV' || format === 'NDJSON'
}

/** The first rows of a file, when they are asked for. */
export function FirstRows({ operationId }: { operationId: string }) {
  const linkOf = useFileLink(operationId)
  const [rows, setRows] = useState<string[][]>()
  const [error, setError] = useState<unknown>()
  async function read() {
    setError(undefined)
    try {
      const response = await fetch(await linkOf(), { headers: { range: `bytes=0-${readBytes - 1}` } })
      if (!response.ok) throw new Error(`The file could not be read: HTTP ${response.status}.`)
      const text = await beginningOf(response)
      setRows(recordsOf(text, text.length < readBytes).slice(0, mostRows + 1))
    } catch (error) {
      setError(error)
    }
  }
  const [head = [], ...body] = rows ?? []
  return (
    <>
      {!rows && (
        <button type="button" onClick={() => void read()}>
          Show the first rows
        </button>
      )}
      {error !== undefined && <Failure error={error} />}
      {rows && (
        <Scroll label="First rows of the file">
          <table className="rows">
            <caption className="visually-hidden">First rows of the file</caption>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    <Plain text={name} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {body.map((cells, row) => (
                // Rows have no key of their own, and never change.
                <tr key={`${row} ${cells[0]}`}>
                  {head.map((name, column) => (
                    <td key={name}>
                      <Plain text={cells[column] ?? ''} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  )
}

/** At most `readBytes`, also where a server ignores the range. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let read = 0; reader && read < readBytes; ) {
    const { done, value } = await reader.read()
    if (done) break
    read += value.byteLength
    text += decoder.decode(value, { stream: true })
  }
  void reader?.cancel()
  return text
}
