/** The address of the service and the API key. */
export type Service = { baseUrl: string; apiKey: string }

/** The fields of an operation that the examples read. */
export type Operation<Result> = {
  operationId: string
  status:
    | 'PENDING'
    | 'RUNNING'
    | 'WAITING'
    | 'CANCELLING'
    | 'COMPLETED'
    | 'COMPLETED_WITH_ERRORS'
    | 'FAILED'
    | 'CANCELLED'
  done: boolean
  progress: { percentage: number }
  result?: Result
  error?: { code: string; title: string; detail?: string }
}

/** The operation, and the milliseconds of `Retry-After`. */
export async function readOperation<Result>(
  service: Service,
  path: string,
  signal?: AbortSignal,
): Promise<{ operation: Operation<Result>; askAgainMs: number }> {
  const response = await fetch(service.baseUrl + path, { headers: authorization(service), ...(signal && { signal }) })
  if (!response.ok) throw new Error(await complaint(response))
  const operation = (await response.json()) as Operation<Result>
  return { operation, askAgainMs: Number(response.headers.get('Retry-After') ?? 0) * 1000 }
}

export function authorization(service: Service): Record<string, string> {
  return { Authorization: `Bearer ${service.apiKey}` }
}

/** A readable message for an error response. */
export async function complaint(response: Response): Promise<string> {
  const { code, detail, title } = (await response.json()) as { code: string; detail?: string; title: string }
  return `${response.status} ${code}: ${detail ?? title}`
}

/** The result of a finished operation; throws when the operation failed or was cancelled. */
export function resultOf<Result>(operation: Operation<Result>): Result {
  if (operation.error) throw new Error(`${operation.error.code}: ${operation.error.detail ?? operation.error.title}`)
  if (operation.result === undefined) throw new Error(`${operation.operationId} ended ${operation.status}`)
  return operation.result
}
