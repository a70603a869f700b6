import type { Reply } from './answers.ts'
import type { CrossOrigin } from './cross-origin.ts'
import { answerHeaders, pageHeaders, tlsHeaders } from './security-headers.ts'

/** What of a request its answer's headers depend on. */
type Asked = { origin: string | undefined; byTls: boolean; requestId: string; isOwned: boolean }

/**
 * The headers of a reply with those that every answer has: security, who may keep it (nobody, unless the reply says otherwise), what
 * it depends on, and whether pages of other origins may read it.
 */
export function completing(publicOrigin: string, cors: CrossOrigin | undefined) {
  const isAlwaysTls = publicOrigin.startsWith('https:')
  const byOrigin = cors ? ['Origin'] : []
  const vary = byOrigin.join(', ')
  const varyOwned = ['Authorization', 'X-API-Key', ...byOrigin].join(', ')

  return ({ headers }: Reply, { origin, byTls, requestId, isOwned }: Asked): Record<string, string> => {
    const isPage = headers['content-type']?.startsWith('text/html') ?? false
    const isKept = headers['cache-control']?.startsWith('private') ?? false
    const varying = isOwned && isKept ? varyOwned : vary
    return {
      ...(isPage ? pageHeaders : answerHeaders),
      ...(isAlwaysTls || byTls ? tlsHeaders : undefined),
      ...cors?.headersFor(origin),
      ...(varying === '' ? undefined : { vary: varying }),
      'cache-control': 'no-store',
      ...headers,
      'x-request-id': requestId,
    }
  }
}
