import { type Operation, readOperation, type Service } from './service.ts'

/** The state of an operation on a page. */
export type View<Result> = { operation?: Operation<Result>; loading: boolean; error?: Error }

/**
 * The core of a hook like `useOperation`, without the framework: calls `onChange` with each reading until the operation has
 * ended. Call the returned function when the page closes; `onChange` is not called after that.
 */
export function watchOperation<Result>(
  service: Service,
  operationPath: string,
  onChange: (view: View<Result>) => void,
  { intervalMs = 2000 } = {},
): () => void {
  const left = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function poll(): Promise<void> {
    try {
      const { operation } = await readOperation<Result>(service, operationPath, left.signal)
      if (left.signal.aborted) return
      if (!operation.done) timer = setTimeout(() => void poll(), intervalMs)
      onChange({ operation, loading: !operation.done })
    } catch (error) {
      if (!left.signal.aborted) onChange({ loading: false, error: error as Error })
    }
  }

  onChange({ loading: true })
  void poll()
  return () => {
    left.abort()
    clearTimeout(timer)
  }
}
