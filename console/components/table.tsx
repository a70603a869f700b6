import type { ReactNode } from 'react'
import { Scroll } from './scroll.tsx'

/** The title of a column; `number`: its values are numbers. */
export type Column = string | { number: string }

type Props = {
  caption: string
  columns: readonly Column[]
  /** Limits the height of a long table. */
  isLow?: boolean
  children: ReactNode
}

/** A table that scrolls sideways where it does not fit. `caption` is for screen readers. */
export function Table({ caption, columns, isLow = false, children }: Props) {
  return (
    <Scroll label={caption} isLow={isLow}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) =>
              typeof column === 'string' ? (
                <th key={column} scope="col">
                  {column}
                </th>
              ) : (
                <th key={column.number} scope="col" className="number">
                  {column.number}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroll>
  )
}
