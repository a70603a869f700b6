import { WorkerList } from './workers/list.tsx'
import { Queues } from './workers/queues.tsx'

export default function Workers() {
  return (
    <>
      <h1>Workers and queues</h1>
      <Queues />
      <h2>Workers</h2>
      <WorkerList />
    </>
  )
}
