/** The samples of a text exposition: the value of each series, by its name and labels as written. */
export type Samples = Map<string, number>

export function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

/** The sum of the series of `name` that have all of `labels`; undefined when there is none. */
export function sumOf(samples: Samples, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const found = [...samples].filter(([series]) => {
    const at = series.indexOf('{')
    const [own, rest] = at === -1 ? [series, ''] : [series.slice(0, at), series.slice(at + 1, -1)]
    return own === name && wanted.every((pair) => `,${rest},`.includes(`,${pair},`))
  })
  return found.length === 0 ? undefined : found.reduce((sum, [, value]) => sum + value, 0)
}

/** The metrics as Prometheus reads them. */
export async function scrape(url: string, key?: string): Promise<{ status: number; text: string; samples: Samples }> {
  const response = await fetch(url, { headers: key === undefined ? {} : { authorization: `Bearer ${key}` } })
  const text = await response.text()
  return { status: response.status, text, samples: samplesOf(text) }
}
