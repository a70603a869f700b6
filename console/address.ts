/** The address of the service: the address of this page without `/console`, so that a proxy may add a path before it. */
export const baseUrl = location.origin + location.pathname.replace(/\/console\/?$/, '')
