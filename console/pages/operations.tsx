import { useRef } from 'react'
import type { PageProps } from '../page-props.ts'
import OperationPage from './operation.tsx'
import { filterOf } from './operations/filter.ts'
import { Filters } from './operations/filters.tsx'
import { KeyboardHelp } from './operations/help.tsx'
import { List } from './operations/list.tsx'
import { Search } from './operations/search.tsx'

/** `#/operations` is the list, `#/operations/{id}` one operation. */
export default function Operations({ rest: [operationId], query }: PageProps) {
  return operationId === undefined ? (
    <ListPage query={query} />
  ) : (
    <OperationPage key={operationId} operationId={operationId} />
  )
}

function ListPage({ query }: { query: URLSearchParams }) {
  const search = useRef<HTMLInputElement>(null)
  const filter = filterOf(query)
  return (
    <>
      <div className="row">
        <h1 className="grow">Operations</h1>
        <KeyboardHelp onSearch={() => search.current?.focus()} />
      </div>
      <Search field={search} />
      <Filters filter={filter} />
      {/* Another filter is another list: nothing of the old one is selected, scrolled or paused. */}
      <List key={JSON.stringify(filter)} filter={filter} />
    </>
  )
}
