/** The records of the beginning of a CSV (RFC 4180) or NDJSON file. Unless the text `isAll`, its last record is cut and left out. */
export function recordsOf(text: string, isAll: boolean): string[][] {
  const records = text.startsWith('{') ? ofNdjson(text, isAll) : ofCsv(text)
  return isAll ? records : records.slice(0, -1)
}

function ofNdjson(text: string, isAll: boolean): string[][] {
  const lines = text.split('\n').filter(Boolean)
  const objects = (isAll ? lines : lines.slice(0, -1)).map((line) => JSON.parse(line) as Record<string, unknown>)
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))]
  const cell = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
  const rows = objects.map((one) => names.map((name) => cell(one[name])))
  return isAll ? [names, ...rows] : [names, ...rows, []]
}

function ofCsv(text: string): string[][] {
  const records: string[][] = []
  let cells: string[] = []
  // A quoted cell, or one up to the next comma or end of line.
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    if (end === '' && cells.length === 0 && quoted === undefined && plain === '') break
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(cells)
    cells = []
    if (end === '') break
  }
  return records
}
