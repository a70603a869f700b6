/** One text of one source file, replaced when the file is loaded. `from` stands in the file exactly once. */
export type Edit = { name: string; file: string; from: string; to: string }

/** `source` with the edit made. Throws when its text is not there exactly once: the product has moved on, and the edit must follow. */
export function edited(source: string, { name, file, from, to }: Edit): string {
  const parts = source.split(from)
  if (parts.length !== 2) throw new Error(`${name}: its text stands ${parts.length - 1} times in ${file}, not once`)
  return parts.join(to)
}
