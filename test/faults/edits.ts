/** A replacement in a source file when it is loaded. `from` must occur exactly once. */
export type Edit = { name: string; file: string; from: string; to: string }

/** `source` with the edit applied. Throws when `from` does not occur exactly once: the edit must be adapted to the changed source. */
export function edited(source: string, { name, file, from, to }: Edit): string {
  const parts = source.split(from)
  if (parts.length !== 2)
    throw new Error(`${name}: its text occurs ${parts.length - 1} times in ${file} instead of once`)
  return parts.join(to)
}
