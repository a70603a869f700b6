import { useLongrun } from '../../../client/react/index.ts'

/** A new link to the file in that field: each read of the operation makes one that is valid for hours. */
export function useFileLink(operationId: string) {
  const longrun = useLongrun()
  return async (field = 'downloadUrl'): Promise<string> => {
    const { snapshot } = await longrun.operation(operationId)
    const link: unknown = Object.entries(snapshot.result ?? {}).find(([name]) => name === field)?.[1]
    if (typeof link === 'string' && /^https?:$/.test(new URL(link, location.href).protocol)) return link
    throw new Error('The result has no such file any more.')
  }
}
