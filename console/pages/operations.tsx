import { lazy } from 'react'
import type { PageProps } from '../shell.tsx'

const Operation = lazy(() => import('./operation.tsx'))

export default function Operations({ rest: [operationId] }: PageProps) {
  return operationId ? <Operation key={operationId} operationId={operationId} /> : <h1>Operations</h1>
}
