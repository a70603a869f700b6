export type SamplerName = `${'' | 'parentbased_'}always_${'on' | 'off'}` | `${'' | 'parentbased_'}traceidratio`

/** Where spans are sent, and which ones. Times in milliseconds. */
export type TracingConfig = {
  url: string
  headers: Record<string, string>
  compression: 'gzip' | 'none'
  timeoutMs?: number | undefined
  sampler: SamplerName
  ratio: number
  /** Of the resource: `service.name` and what the operator adds. */
  attributes: Record<string, string>
  queueSize?: number | undefined
  batchSize?: number | undefined
  delayMs?: number | undefined
}
