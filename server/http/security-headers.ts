import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

type Options = Parameters<typeof secureHeaders>[0]

/** Of every answer: it is what its media type says, is shown in no frame, and no page elsewhere embeds it. */
const always = {
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: 'same-origin',
  originAgentCluster: false,
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
  xContentTypeOptions: true,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: 'DENY',
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const satisfies Options

/** Computed once: as a middleware they would be put into each answer's `Headers` one by one. */
export const answerHeaders = await headersBy({
  ...always,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
})

/** Of pages: only this service's own script, and requests to this service. Redoc makes style sheets, and a search worker, as it runs. */
export const pageHeaders = await headersBy({
  ...always,
  crossOriginOpenerPolicy: 'same-origin',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ['blob:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
})

/** Of what came by TLS: for a year browsers ask this host in no other way. Other hosts of its domain are their operators' affair. */
export const tlsHeaders = { 'strict-transport-security': 'max-age=31536000' }

async function headersBy(options: Options): Promise<Readonly<Record<string, string>>> {
  const app = new Hono().use(secureHeaders(options)).get('/', (c) => c.body(null))
  return Object.fromEntries((await app.request('/')).headers)
}
