import type { ReactNode } from 'react'

type Props = {
  label: string
  /** Limits the height. */
  isLow?: boolean
  children: ReactNode
}

/** What may be wider than a phone. It scrolls by itself, so that the page need not; the keyboard reaches it. `label`: what it shows. */
export function Scroll({ label, isLow = false, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus to be scrolled by keys.
    <section className={isLow ? 'scroll numbers' : 'scroll'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
