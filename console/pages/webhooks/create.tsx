import { type FormEvent, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Checks, SelectField, TextField } from '../../components/field.tsx'
import { Failure } from '../../components/states.tsx'
import { formats, type Receiver, type ShownSecret } from './receiver.ts'

const events = [
  'PENDING',
  'RUNNING',
  'WAITING',
  'CANCELLING',
  'COMPLETED',
  'COMPLETED_WITH_ERRORS',
  'FAILED',
  'CANCELLED',
  'PROGRESS',
  'BATCH_COMPLETED',
] as const satisfies Receiver['events']

const ends: Receiver['events'] = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED']

export function CreateReceiver({ onCreated }: { onCreated: (secret: ShownSecret | undefined) => void }) {
  const { api } = useLongrun()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [chosen, setChosen] = useState(ends)
  const [format, setFormat] = useState<Receiver['format']>('STANDARD')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)

  async function create() {
    const body = { url, events: chosen, format, ...(description && { description }) }
    const { secret } = await dataOf(api.POST('/webhookReceivers', { body }))
    setUrl('')
    setDescription('')
    setChosen(ends)
    setFormat('STANDARD')
    onCreated(secret ? { title: `Secret of ${url}`, secret } : undefined)
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    setIsBusy(true)
    setError(undefined)
    void create()
      .catch(setError)
      .finally(() => setIsBusy(false))
  }

  return (
    <details className="panel">
      <summary>New receiver</summary>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="URL"
          value={url}
          onChange={setUrl}
          required
          help="Begins with https:// and has a public address."
        />
        <TextField label="Description" value={description} onChange={setDescription} />
        <Checks legend="Events" options={events} chosen={chosen} onChange={setChosen} />
        <SelectField label="Format" value={format} options={formats} onChange={setFormat} />
        {error !== undefined && <Failure error={error} />}
        <div>
          <button type="submit" className="primary" disabled={isBusy}>
            Create the receiver
          </button>
        </div>
      </form>
    </details>
  )
}
