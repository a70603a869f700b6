import { type FormEvent, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { useLongrun } from '../../../client/react/index.ts'
import type { components } from '../../../generated/schema.ts'
import { Checks, SelectField, TextField } from '../../components/field.tsx'
import { Failure } from '../../components/states.tsx'

type Scope = components['schemas']['Scope']

const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const satisfies Scope[]
const expiries = { '': 'never', '1': 'in a day', '30': 'in 30 days', '90': 'in 90 days', '365': 'in a year' }
const dayMs = 86_400_000

export function CreateKey({ onCreated }: { onCreated: (created: { name: string; key: string }) => void }) {
  const { api } = useLongrun()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<Scope[]>(['operations:read'])
  const [days, setDays] = useState<keyof typeof expiries>('90')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)

  async function create() {
    const expiresAt = new Date(Date.now() + Number(days) * dayMs).toISOString()
    const { key } = await dataOf(api.POST('/keys', { body: { name, scopes: chosen, ...(days && { expiresAt }) } }))
    setName('')
    onCreated({ name, key })
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
      <summary>New key</summary>
      <form className="stack" onSubmit={submit}>
        <TextField label="Name" value={name} onChange={setName} required help="Its user and its purpose." />
        <Checks legend="Scopes" options={scopes} chosen={chosen} onChange={setChosen} />
        <SelectField label="Expires" value={days} options={expiries} onChange={setDays} />
        {error !== undefined && <Failure error={error} />}
        <div>
          <button type="submit" className="primary" disabled={isBusy || chosen.length === 0}>
            Create the key
          </button>
        </div>
      </form>
    </details>
  )
}
