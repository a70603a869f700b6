import { useEffect, useRef, useState } from 'react'
import { useLongrun } from '../../../client/react/index.ts'
import { Failure } from '../../components/states.tsx'
import type { FieldProps } from '../../forms/context.ts'
import { TextField } from '../../forms/controls.tsx'
import { useUploadProgress } from '../../live/upload-progress.ts'

/** The id of an upload, or a file that is uploaded and then gives it. */
export function UploadField(props: FieldProps) {
  const longrun = useLongrun()
  const progress = useUploadProgress()
  const [name, setName] = useState<string>()
  const [state, setState] = useState<'idle' | 'sending' | 'sent'>('idle')
  const [error, setError] = useState<unknown>()
  const sending = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => sending.current?.abort(), [])

  async function send(file: File) {
    sending.current = new AbortController()
    setName(file.name)
    setState('sending')
    setError(undefined)
    const mediaType = /\.(ndjson|jsonl)$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv'
    try {
      const { uploadId } = await longrun.upload(file, { mediaType, signal: sending.current.signal })
      props.onChange(uploadId)
      setState('sent')
    } catch (error) {
      setState('idle')
      if (!sending.current.signal.aborted) setError(error)
    }
  }

  return (
    <div className="stack">
      <div className="field">
        <label htmlFor="upload">File to upload</label>
        <input
          id="upload"
          type="file"
          accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
          aria-describedby="upload-help"
          disabled={state === 'sending'}
          onChange={({ currentTarget: { files } }) => files?.[0] && void send(files[0])}
        />
        <div id="upload-help" className="help">
          CSV with one header row, or NDJSON (<code>.ndjson</code>, <code>.jsonl</code>). Its id is filled in below.
        </div>
      </div>
      {state === 'sending' && (
        <div className="row">
          <progress
            aria-label={`Upload of ${name}`}
            {...(progress && { value: progress.bytes, max: progress.totalBytes || 1 })}
          />
          <button type="button" onClick={() => sending.current?.abort()}>
            Stop the upload
          </button>
        </div>
      )}
      <p role="status">{state === 'sent' && `${name} is uploaded.`}</p>
      {error !== undefined && <Failure error={error} />}
      <TextField {...props} />
    </div>
  )
}
