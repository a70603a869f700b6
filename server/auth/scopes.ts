/** Everything that a credential may be allowed. */
export const scopes = ['operations:read', 'operations:write', 'operations:cancel', 'admin'] as const
