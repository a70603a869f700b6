/** A source that yields `one `, and `two` after `release`. `begun` resolves when its first chunk was taken. */
export function heldSource() {
  const release = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  async function* source() {
    yield 'one '
    begun.resolve()
    await release.promise
    yield 'two'
  }
  return { source: source(), begun: begun.promise, release: release.resolve }
}
