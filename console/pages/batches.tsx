import type { PageProps } from '../page-props.ts'
import { BatchDetail } from './batches/detail.tsx'
import { BatchSearch } from './batches/search.tsx'

export default function Batches({ rest: [batchId] }: PageProps) {
  return batchId === undefined ? <BatchSearch /> : <BatchDetail batchId={batchId} />
}
