import { useState } from 'react'

const shownMs = 1500

/** Copies `text`. `label`: what it is, for the accessible name. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState('')
  async function copy() {
    // Without TLS browsers have no clipboard for pages.
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    setSaid(isCopied ? 'Copied' : 'Select the text to copy it')
    setTimeout(() => setSaid(''), shownMs)
  }
  return (
    <span className="row">
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${label}`}>
        Copy
      </button>
      <span role="status" className="quiet">
        {said}
      </span>
    </span>
  )
}
