/** The part of a `Document` that is used. */
type Page = Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string }

/** Whether the page has been hidden for a while. Without a page, as in Node and in workers, it never is. */
export type PageVisibility = { isPaused(): boolean; stop(): void }

/** Calls `onChange` when the page has been hidden for `hiddenMs`, and when it is visible again after that. */
export function watchPage(hiddenMs: number, onChange: () => void): PageVisibility {
  const { document: page } = globalThis as { document?: Page }
  let isPaused = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function set(value: boolean) {
    if (isPaused === value) return
    isPaused = value
    onChange()
  }
  function look() {
    clearTimeout(timer)
    if (page?.visibilityState === 'hidden') timer = setTimeout(() => set(true), hiddenMs)
    else set(false)
  }

  page?.addEventListener('visibilitychange', look)
  look()
  return {
    isPaused: () => isPaused,
    stop() {
      clearTimeout(timer)
      page?.removeEventListener('visibilitychange', look)
    },
  }
}
