import { type FormEvent, type RefObject, useState } from 'react'
import { dataOf } from '../../../client/api.ts'
import { LongrunProblem, OperationExpired } from '../../../client/index.ts'
import { useLongrun } from '../../../client/react/index.ts'
import { Failure } from '../../components/states.tsx'
import { href, navigate } from '../../router.ts'

/** What is pasted may be a line of a log, a URL or the id alone. */
const idPattern = /\b(op|batch|schedule)_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/

/** Opens an operation by its id, or says why it cannot. */
export function Search({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { api } = useLongrun()
  const [text, setText] = useState('')
  const [answer, setAnswer] = useState<{ said?: string; error?: unknown }>({})

  async function search(event: FormEvent) {
    event.preventDefault()
    const [id, kind] = idPattern.exec(text.trim()) ?? []
    if (!id) return setAnswer({ said: 'This is no id. The id of an operation is op_ and a UUID.' })
    setAnswer({ said: 'Searching…' })
    if (kind !== 'op') {
      setAnswer({})
      return navigate(href('operations', { [`${kind}Id`]: id }))
    }
    try {
      await dataOf(api.GET('/operations/{operationId}', { params: { path: { operationId: id } } }))
      setAnswer({})
      navigate(href(`operations/${id}`))
    } catch (error) {
      setAnswer(answerTo(id, error))
    }
  }

  return (
    <search>
      <form className="stack search" onSubmit={(event) => void search(event)}>
        <span className="row">
          <label htmlFor="search">Find by id</label>
          <input
            id="search"
            ref={field}
            className="mono grow"
            autoComplete="off"
            spellCheck={false}
            placeholder="op_…"
            aria-describedby="search-answer"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit">Open</button>
        </span>
        <span id="search-answer" role="status" className="quiet answer">
          {answer.said}
        </span>
        {answer.error !== undefined && <Failure error={answer.error} />}
      </form>
    </search>
  )
}

function answerTo(id: string, error: unknown): { said?: string; error?: unknown } {
  if (error instanceof OperationExpired) {
    const when = error.expiredAt ? ` at ${error.expiredAt}` : ''
    return { said: `${id} has expired: it was deleted${when}, after its retention or by a purge. Submit it again.` }
  }
  if (error instanceof LongrunProblem && error.status === 404)
    return { said: `There is no operation ${id}, or it belongs to another owner. Check the id and the key.` }
  return { error }
}
