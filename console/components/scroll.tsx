import type { ReactNode } from 'react'

/** What may be wider than a phone. It scrolls by itself, so that the page need not; the keyboard reaches it. `label`: what it shows. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must have the focus to be scrolled by keys.
    <section className="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
