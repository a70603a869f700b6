import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { components } from '../../../generated/dialects/tasks.ts'

type Task = components['schemas']['Operation']

const parameters = new URLSearchParams(location.search)
const headers = { authorization: `Bearer ${parameters.get('key')}` }

/**
 * A hook as source E of docs/names.md describes it: it reads the URL at once, then two seconds after each response that is pending or processing. It does not
 * look at the status of a response. The code is of this project; the credential is added.
 */
function useTask(address: string) {
  const [task, setTask] = useState<Task>()
  const [loading, setLoading] = useState(true)
  const [error, setError] = useState<Error>()
  useEffect(() => {
    const left = new AbortController()
    const read = async () => {
      const held = (await (await fetch(address, { headers })).json()) as Task
      if (left.signal.aborted) return
      setTask(held)
      const isActive = held.status === 'pending' || held.status === 'processing'
      setLoading(isActive)
      if (isActive) setTimeout(() => void read().catch(fail), 2000)
    }
    const fail = (cause: Error) => {
      if (left.signal.aborted) return
      setError(cause)
      setLoading(false)
    }
    read().catch(fail)
    return () => left.abort()
  }, [address])
  return { task, loading, error }
}

function Report({ address }: { address: string }) {
  const { task, loading, error } = useTask(address)
  if (loading) return <p>Generating: {task?.progress}%</p>
  if (error) return <p>Error: {error.message}</p>
  if (task?.status === 'completed') return <a href={task.result?.reportUrl}>Download</a>
  return <p>{`${task?.status}: ${task?.error?.message}`}</p>
}

createRoot(document.querySelector('#root') as Element).render(<Report address={parameters.get('address') ?? ''} />)
