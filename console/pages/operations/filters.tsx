import { type FormEvent, useEffect, useRef } from 'react'
import { submitPaths } from '../../../generated/submit-paths.ts'
import { Status, statusText } from '../../components/status.tsx'
import { href, navigate } from '../../router.ts'
import { allStatuses, type Filter, isFiltered, type OperationStatus, parametersOf, singleFields } from './filter.ts'
import { useCounts } from './use-counts.ts'

/** The filters that are set are in the URL, so that a link, a reload and the back button keep them. */
const show = (filter: Filter) => navigate(href('operations', parametersOf(filter)))

export function Filters({ filter }: { filter: Filter }) {
  const hasFields = isFiltered({ ...filter, status: [] })
  return (
    <section className="panel stack" aria-label="Filters">
      <Chips filter={filter} />
      {isFiltered(filter) && (
        <p>
          <a href={href('operations')}>Clear filters</a>
        </p>
      )}
      <details className="filters" open={hasFields}>
        <summary>Type, problem, label, time, schedule, batch</summary>
        <Fields filter={filter} />
      </details>
    </section>
  )
}

function Chips({ filter }: { filter: Filter }) {
  const counts = useCounts(filter)
  const toggle = (status: OperationStatus) => {
    const isOn = filter.status.includes(status)
    show({ ...filter, status: isOn ? filter.status.filter((other) => other !== status) : [...filter.status, status] })
  }
  return (
    <fieldset className="row chips">
      <legend className="visually-hidden">Status</legend>
      {allStatuses.map((status) => (
        <button
          key={status}
          type="button"
          className="chip"
          aria-pressed={filter.status.includes(status)}
          onClick={() => toggle(status)}
        >
          <Status status={status} /> <span className="mono">{counts[status]}</span>
        </button>
      ))}
    </fieldset>
  )
}

const labelPattern = '[A-Za-z0-9][A-Za-z0-9._\\-]{0,62}:[\\s\\S]{0,64}'

function Fields({ filter }: { filter: Filter }) {
  const form = useRef<HTMLFormElement>(null)
  const key = JSON.stringify(filter)
  // The fields have what the URL says, also after the back button; the form stays, and with it the focus.
  useEffect(() => {
    const given = JSON.parse(key) as Filter
    for (const input of form.current?.querySelectorAll('input') ?? []) {
      const value = given[input.name as (typeof singleFields)[number]] ?? ''
      input.value = input.type === 'datetime-local' ? localTime(value) : value
    }
  }, [key])

  function apply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const textOf = (name: string) => {
      const value = data.get(name)
      return typeof value === 'string' ? value.trim() : ''
    }
    const next: Filter = {
      status: filter.status,
      label: [...new Set([...filter.label, textOf('label')])].filter(Boolean),
    }
    for (const field of singleFields) {
      const text = textOf(field)
      if (text) next[field] = field.startsWith('created') ? new Date(text).toISOString() : text
    }
    show(next)
  }
  return (
    <form ref={form} className="filter-fields" onSubmit={apply}>
      <Field name="type" label="Type" list="operation-types" pattern="[A-Za-z]{1,64}" />
      <datalist id="operation-types">
        {Object.keys(submitPaths).map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <Field
        name="problemCode"
        label="Problem code"
        placeholder="NO_DATA_IN_RANGE"
        pattern="[A-Z][A-Z0-9]*(_[A-Z0-9]+)*"
        title="A code such as NO_DATA_IN_RANGE"
      />
      <Field
        name="label"
        label="Label"
        placeholder="key:value"
        pattern={labelPattern}
        title="A label as key:value, for example team:crm"
      />
      <Field name="createdAfter" label="Created after" type="datetime-local" />
      <Field name="createdBefore" label="Created before" type="datetime-local" />
      <Field name="scheduleId" label="Schedule" placeholder="schedule_…" />
      <Field name="batchId" label="Batch" placeholder="batch_…" />
      <span className="row">
        <button type="submit" className="primary">
          Apply
        </button>
      </span>
      {filter.label.length > 0 && (
        <ul className="row tags" aria-label="Labels that are set">
          {filter.label.map((label) => (
            <li key={label}>
              <bdi>{label}</bdi>{' '}
              <button
                type="button"
                aria-label={`Remove the label ${label}`}
                onClick={() => show({ ...filter, label: filter.label.filter((other) => other !== label) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  )
}

type FieldProps = {
  name: string
  label: string
  type?: string
  list?: string
  pattern?: string
  placeholder?: string
  title?: string
}

function Field({ label, ...input }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input autoComplete="off" step={1} {...input} />
    </label>
  )
}

/** An instant as a field for local times has it: to the second, without its offset. */
function localTime(instant: string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** What is listed, in words: for dialogs and for screen readers. */
export function filterText(filter: Filter): string {
  const { status, label, type, problemCode, createdAfter, createdBefore, scheduleId, batchId } = filter
  const parts = [
    status.length > 0 && `status ${status.map(statusText).join(' or ')}`,
    type && `type ${type}`,
    problemCode && `problem ${problemCode}`,
    ...label.map((one) => `label ${one}`),
    createdAfter && `created since ${createdAfter}`,
    createdBefore && `created before ${createdBefore}`,
    scheduleId && `schedule ${scheduleId}`,
    batchId && `batch ${batchId}`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(', ') : 'no filter: all operations'
}
