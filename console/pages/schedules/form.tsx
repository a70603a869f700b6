import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLongrun } from '../../../client/react/index.ts'
import { Field, SelectField, TextField } from '../../components/field.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Failure } from '../../components/states.tsx'
import { href, navigate } from '../../router.ts'
import { changesOf, type Draft, draftOf, newDraft, scheduleOf } from './draft.ts'
import { DueTimes } from './times.tsx'

export function NewSchedule() {
  const { schedules } = useLongrun()
  return (
    <ScheduleForm
      title="New schedule"
      first={newDraft}
      action="Create the schedule"
      save={async (draft) => (await schedules.create(scheduleOf(draft))).scheduleId}
    />
  )
}

export function EditSchedule({ scheduleId }: { scheduleId: string }) {
  const { schedules } = useLongrun()
  // Not the key of the detail page: what was entered must not change by a refresh.
  const query = useQuery({
    queryKey: ['schedule-draft', scheduleId],
    queryFn: async ({ signal }) => draftOf(await schedules.get(scheduleId, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return (
    <Loaded query={query}>
      {(before) => (
        <ScheduleForm
          title="Edit the schedule"
          first={before}
          action="Save the changes"
          save={async (draft) => {
            const changes = changesOf(before, draft)
            if (Object.keys(changes).length > 0) await schedules.update(scheduleId, changes)
            return scheduleId
          }}
        />
      )}
    </Loaded>
  )
}

type Props = { title: string; first: Draft; action: string; save: (draft: Draft) => Promise<string> }

function ScheduleForm({ title, first, action, save }: Props) {
  const longrun = useLongrun()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(first)
  const [times, setTimes] = useState<readonly Date[]>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const set = (name: keyof Draft) => (value: string) => {
    setTimes(undefined)
    setDraft((before) => ({ ...before, [name]: value }))
  }

  async function act(action: () => Promise<void>) {
    setIsBusy(true)
    setError(undefined)
    await action().catch(setError)
    setIsBusy(false)
  }
  const check = () => act(async () => setTimes(await longrun.schedules.validate(scheduleOf(draft))))
  function submit(event: FormEvent) {
    event.preventDefault()
    void act(async () => {
      const scheduleId = await save(draft)
      await queries.invalidateQueries({ queryKey: ['schedules'] })
      navigate(href(`schedules/${scheduleId}`))
    })
  }

  return (
    <>
      <h1>{title}</h1>
      <form className="panel stack" onSubmit={submit}>
        <TextField label="Name" value={draft.name} onChange={set('name')} />
        <Timing draft={draft} set={set} />
        <div className="grid">
          <TextField
            label="From"
            value={draft.startAt}
            onChange={set('startAt')}
            help="No due time before it. UTC, for example 2026-12-01T00:00:00Z."
          />
          <TextField label="Until" value={draft.endAt} onChange={set('endAt')} help="No due time at it or later." />
          <TextField
            label="Jitter in seconds"
            type="number"
            value={draft.jitterSeconds}
            onChange={set('jitterSeconds')}
            help="The operation is submitted up to this much later."
          />
        </div>
        <Policies draft={draft} set={set} />
        <Field label="Operation (JSON)" help="The type, the parameters of its path and its body, as in a submit.">
          {(ids) => (
            <textarea
              {...ids}
              className="mono"
              rows={8}
              spellCheck={false}
              value={draft.operation}
              onInput={(event) => set('operation')(event.currentTarget.value)}
            />
          )}
        </Field>
        {error !== undefined && <Failure error={error} />}
        {times && (
          <section role="status">
            <h2>Valid. The next times:</h2>
            <DueTimes times={times.map((time) => time.toISOString())} timeZone={zoneOf(draft)} />
          </section>
        )}
        <div className="row">
          <button type="submit" className="primary" disabled={isBusy}>
            {action}
          </button>
          <button type="button" disabled={isBusy} onClick={() => void check()}>
            Check
          </button>
        </div>
      </form>
    </>
  )
}

const zoneOf = ({ kind, timeZone }: Draft) => (kind === 'cron' && timeZone ? timeZone : 'UTC')

type PartProps = { draft: Draft; set: (name: keyof Draft) => (value: string) => void }

function Timing({ draft, set }: PartProps) {
  return (
    <div className="grid">
      <SelectField
        label="Due"
        value={draft.kind}
        options={{ cron: 'by a cron expression', interval: 'every so many seconds' }}
        onChange={set('kind')}
      />
      {draft.kind === 'cron' ? (
        <>
          <TextField
            label="Cron expression"
            required
            value={draft.cron}
            onChange={set('cron')}
            help="Minute, hour, day of the month, month, day of the week."
          />
          <TextField label="Time zone" required value={draft.timeZone} onChange={set('timeZone')} />
        </>
      ) : (
        <TextField
          label="Interval in seconds"
          type="number"
          required
          value={draft.intervalSeconds}
          onChange={set('intervalSeconds')}
        />
      )}
    </div>
  )
}

function Policies({ draft, set }: PartProps) {
  return (
    <div className="grid">
      <SelectField
        label="While the previous operation has not ended"
        value={draft.overlapPolicy}
        options={{ QUEUE: 'queue the new one', SKIP: 'skip the due time', CANCEL_PREVIOUS: 'cancel the previous one' }}
        onChange={set('overlapPolicy')}
      />
      <SelectField
        label="Due times that were missed"
        value={draft.catchUp}
        options={{ NONE: 'leave out', LAST: 'run the latest', ALL: 'run all' }}
        onChange={set('catchUp')}
      />
    </div>
  )
}
