import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { href, navigate } from '../../router.ts'
import { columns, features } from './cells.tsx'
import type { ListState, LiveList } from './live-list.ts'
import type { Row } from './row.ts'
import type { Selection } from './selection.ts'

/** As in the style sheet. */
const rowHeight = 40
const rowsFromEnd = 50
const rowsOfPage = 15

type Props = {
  list: LiveList
  state: ListState
  selection: Selection
  /** Whether the reader has left the top of the list. */
  onScrolled: (isScrolled: boolean) => void
  caption: string
}

/** A grid of which only the visible rows are in the document. */
export function OperationsTable({ list, state, selection, onScrolled, caption }: Props) {
  const { ids, hasMore, isLoading, error } = state
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] as string,
    scrollPaddingStart: rowHeight,
    overscan: 10,
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1

  const visible = ids.slice(first, last + 1).map(list.row)
  const sameRows = useRef<Row[]>([])
  // The models of the table are only made again when a visible row has changed.
  if (visible.length !== sameRows.current.length || visible.some((row, index) => row !== sameRows.current[index]))
    sameRows.current = visible.filter((row) => row !== undefined)
  const table = useTable({ features, columns, data: sameRows.current, getRowId: (row) => row.operationId }, () => ({}))

  const isNearEnd = last >= ids.length - rowsFromEnd
  useEffect(() => {
    if (isNearEnd && hasMore && !isLoading && error === undefined) void list.loadMore()
  }, [isNearEnd, hasMore, isLoading, error, list])

  const activeIndex = useMemo(() => (active === undefined ? -1 : ids.indexOf(active)), [active, ids])

  function onKeyDown(event: KeyboardEvent) {
    // Links and buttons in the rows keep their keys.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const to = targetOf(event.key, activeIndex, ids.length)
    if (to !== undefined) {
      setActive(ids[to])
      virtualizer.scrollToIndex(to)
    } else if (event.key === 'Enter' && active) navigate(href(`operations/${active}`))
    else if (event.key === ' ' && active) selection.toggle(active)
    else if (event.key === 'Escape') selection.clear()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      className="scroll operations"
      onScroll={({ currentTarget }) => onScrolled(currentTarget.scrollTop > 0)}
    >
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the grid pattern of the ARIA practices, on a table
        role="grid"
        aria-rowcount={hasMore ? -1 : ids.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={activeIndex >= first && activeIndex <= last ? `row-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Select all loaded operations"
                checked={ids.length > 0 && selection.ids.size >= ids.length}
                onChange={({ currentTarget }) => (currentTarget.checked ? selection.add(ids) : selection.clear())}
              />
            </th>
            {table.getHeaderGroups().flatMap(({ headers }) =>
              headers.map((header) => (
                <th key={header.id} scope="col" className={`col-${header.column.id}`}>
                  <table.FlexRender header={header} />
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} />
          {table.getRowModel().rows.map((row, index) => (
            <RowView
              key={row.id}
              row={row.original}
              index={first + index}
              isActive={row.id === active}
              isSelected={selection.ids.has(row.id)}
              hasLeft={list.hasLeft(row.original)}
              onToggle={selection.toggle}
              onActivate={setActive}
            >
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={`col-${cell.column.id}`}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </RowView>
          ))}
          <Spacer rows={ids.length - 1 - last} />
        </tbody>
      </table>
    </div>
  )
}

function targetOf(key: string, index: number, count: number): number | undefined {
  const moves: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + rowsOfPage,
    PageUp: index - rowsOfPage,
    Home: 0,
    End: count - 1,
  }
  const to = moves[key]
  return to === undefined || count === 0 ? undefined : Math.min(Math.max(to, 0), count - 1)
}

function Spacer({ rows }: { rows: number }) {
  if (rows <= 0) return null
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot get the focus
    <tr aria-hidden="true" className="spacer">
      <td colSpan={columns.length + 1} style={{ height: rows * rowHeight }} />
    </tr>
  )
}

type RowProps = {
  row: Row
  index: number
  isActive: boolean
  isSelected: boolean
  hasLeft: boolean
  onToggle: (id: string) => void
  onActivate: (id: string) => void
  children: ReactNode
}

/** Not rendered again unless it shows something else; its cells depend on `row` alone. */
const RowView = memo(
  ({ row, index, isActive, isSelected, hasLeft, onToggle, onActivate, children }: RowProps) => {
    const id = row.operationId
    return (
      <tr
        id={`row-${id}`}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        className={[isActive && 'active', hasLeft && 'left'].filter(Boolean).join(' ')}
        onClick={() => onActivate(id)}
      >
        <td>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${id}`}
            checked={isSelected}
            onChange={() => onToggle(id)}
          />
        </td>
        {children}
      </tr>
    )
  },
  (before, after) =>
    (['row', 'index', 'isActive', 'isSelected', 'hasLeft', 'onToggle', 'onActivate'] as const).every(
      (name) => before[name] === after[name],
    ),
)
