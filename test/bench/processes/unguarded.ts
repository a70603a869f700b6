import { registerHooks } from 'node:module'

/**
 * Loaded before the service: every caller is the owner `bench`, and nothing is counted. Shows the cost of authentication and rate limits.
 */
const without: Record<string, string> = {
  '/server/auth/credential.ts': `
    const scopes = new Set(['operations:read', 'operations:write', 'operations:cancel', 'admin'])
    const caller = { ownerId: 'bench', actor: 'key:bench', rateLimitKey: 'bench', credential: 'bench', scopes }
    export const authenticate = () => caller
    export const checkScopes = () => {}
    export const createKeyring = () => ({ callerOf() {}, recall: async () => [], revoked() {} })`,
  '/server/quotas/rate-limits.ts': `
    const none = {}
    export const createLimits = () => ({ admit: () => none, close() {} })`,
}

registerHooks({
  load(url, context, next) {
    const replaced = Object.entries(without).find(([path]) => url.endsWith(path))
    return replaced ? { format: 'module', shortCircuit: true, source: replaced[1] } : next(url, context)
  },
})
