import { useMemo, useRef, useState } from 'react'
import { LongrunProblem, type OperationHandle, type SubmitOptions } from '../../../client/index.ts'
import { useLongrun, useSubmit } from '../../../client/react/index.ts'
import type { InputOf, OperationType } from '../../../generated/operations.ts'
import type { Contract, SubmitType } from '../../contract-types.ts'
import { Words } from '../../forms/labelled.tsx'
import { initialOf, resolved } from '../../forms/schema.ts'
import { SchemaForm } from '../../forms/schema-form.tsx'
import type { Violation } from '../../forms/violations.ts'
import { href, navigate } from '../../router.ts'
import { JsonTab } from './json-tab.tsx'
import { type Checked, Outcome } from './outcome.tsx'
import { UploadField } from './upload-field.tsx'

type Values = Record<string, unknown>

const fieldsWithUploads = { '/uploadId': UploadField }
const keyName = 'Idempotency-Key'
const tabs = ['Form', 'JSON'] as const

/** The form of one type: its input, the options of the submit, a check without effect, and the submit. */
export function SubmissionForm({ of, contract }: { of: SubmitType; contract: Contract }) {
  const { type, schema, options, examples } = of
  const longrun = useLongrun()
  const { submit, submitting } = useSubmit<OperationType>(type)
  const empty = () => (initialOf(schema, contract) ?? {}) as Values
  const [value, setValue] = useState<Values>(empty)
  const [key, setKey] = useState<Values>({})
  const [tab, setTab] = useState<(typeof tabs)[number]>('Form')
  const [isValidJson, setIsValidJson] = useState(true)
  const [checked, setChecked] = useState<Checked>()
  const [isChecking, setIsChecking] = useState(false)
  const [error, setError] = useState<unknown>()
  // A new text of the JSON tab, where the value did not come from it.
  const [filled, setFilled] = useState(0)
  const [secret, setSecret] = useState<{ text: string; operationId: string }>()
  const outcome = useRef<HTMLDivElement>(null)

  const errors: readonly Violation[] = useMemo(
    () => (error instanceof LongrunProblem ? (error.errors ?? []) : []),
    [error],
  )
  const ofOptions = errors.filter((one) => options.some((name) => isAt(one, name)))
  const ofKey = errors.filter(({ parameter }) => parameter === keyName)
  const ofInput = errors.filter((one) => !ofOptions.includes(one) && !ofKey.includes(one))
  const names = Object.keys(resolved(schema, contract).properties ?? {}).filter((name) => !options.includes(name))

  function change(next: unknown) {
    setValue(next as Values)
    setChecked(undefined)
  }
  function fill(next: Values) {
    change(next)
    setError(undefined)
    setIsValidJson(true)
    setFilled((count) => count + 1)
  }

  async function run(act: () => Promise<void>) {
    setError(undefined)
    setChecked(undefined)
    try {
      await act()
    } catch (error) {
      setError(error)
      outcome.current?.scrollIntoView({ block: 'nearest' })
    }
  }
  async function check() {
    setIsChecking(true)
    const validate = longrun.validate[type] as (input: unknown) => Promise<Checked>
    await run(async () => {
      requirePath(of, value)
      setChecked(await validate(value))
    })
    setIsChecking(false)
  }
  const send = () =>
    run(async () => {
      requirePath(of, value)
      const idempotencyKey = key[keyName] as string | undefined
      const handle = (await submit(without(value, options) as InputOf[OperationType], {
        ...(only(value, options) as SubmitOptions),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      })) as OperationHandle<OperationType>
      const given = (value.webhook as { secret?: string } | undefined)?.secret
      const made = handle.snapshot.webhook?.secret
      // The service shows a secret that it made once.
      if (made && made !== given) setSecret({ text: made, operationId: handle.id })
      else navigate(href(`operations/${handle.id}`))
    })

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
      noValidate
    >
      <section className="panel stack">
        <p>
          <Words text={of.description.split('\n\n')[0] ?? ''} />
        </p>
        {examples.length > 0 && (
          <div className="row">
            Fill with the example:
            {examples.map(({ summary, value }) => (
              <button key={summary} type="button" onClick={() => fill(value)}>
                {summary}
              </button>
            ))}
            <button type="button" onClick={() => fill(empty())}>
              Clear
            </button>
          </div>
        )}
        <div className="row" role="tablist" aria-label="How to enter the input">
          {tabs.map((name) => (
            <button
              key={name}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls="input"
              disabled={!isValidJson && name === 'Form'}
              onClick={() => setTab(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <div id="input" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'JSON' ? (
            <JsonTab key={filled} value={value} onChange={change} onValid={setIsValidJson} />
          ) : (
            <div className="stack">
              <SchemaForm
                schema={schema}
                root={contract}
                names={names}
                value={value}
                onChange={change}
                errors={ofInput}
                fields={fieldsWithUploads}
              />
              <details open={ofOptions.length > 0 || ofKey.length > 0 || options.some((name) => name in value)}>
                <summary>Options: labels, priority, start, dependencies, webhook, Idempotency-Key</summary>
                <SchemaForm
                  schema={schema}
                  root={contract}
                  names={options}
                  value={value}
                  onChange={change}
                  errors={ofOptions}
                />
                <SchemaForm
                  schema={{ type: 'object', properties: { [keyName]: of.idempotencyKey } }}
                  root={contract}
                  value={key}
                  onChange={(next) => setKey(next as Values)}
                  errors={ofKey}
                />
              </details>
            </div>
          )}
        </div>
        <div className="row">
          <button type="button" disabled={isChecking || !isValidJson} onClick={() => void check()}>
            {isChecking ? 'Checking…' : 'Check'}
          </button>
          <button type="submit" className="primary" disabled={submitting || !isValidJson || secret !== undefined}>
            {submitting ? 'Submitting…' : 'Submit'}
          </button>
        </div>
        <div ref={outcome}>
          <Outcome checked={checked} error={error} secret={secret} isForm={tab === 'Form'} />
        </div>
      </section>
    </form>
  )
}

/** Without its parameters a path would be that of something else. */
function requirePath({ path }: SubmitType, value: Values) {
  const missing = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (value[name] ? [] : [name]))
  if (missing.length === 0) return
  throw new LongrunProblem({
    type: '/problems/INVALID_INPUT',
    title: 'The input is not valid.',
    status: 422,
    code: 'INVALID_INPUT',
    errors: missing.map((name) => ({ pointer: `/${name}`, message: 'is required' })),
  })
}

function isAt({ pointer = '' }: Violation, name: string): boolean {
  return pointer === `/${name}` || pointer.startsWith(`/${name}/`)
}

function only(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))
}

function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}
