import { listPages } from './lists.ts'
import { longRunning } from './long-running.ts'
import { customVerbIsPost, operationIdCamel, securityStated } from './naming.ts'
import { requestBounded, requestClosed } from './requests.ts'
import {
  expectedErrors,
  problemResponse,
  rateLimited,
  requestIdHeader,
  successExample,
  successStatus,
  unavailable,
} from './responses.ts'

/** The lint rules of this contract, as a Redocly plugin, in addition to `recommended-strict`. */
export default function longrun() {
  return {
    id: 'longrun',
    typeExtension: { oas3: withExtensions },
    rules: {
      oas3: {
        'operation-id-camel': operationIdCamel,
        'custom-verb-is-post': customVerbIsPost,
        'security-stated': securityStated,
        'long-running': longRunning,
        'request-closed': requestClosed,
        'request-bounded': requestBounded,
        'problem-response': problemResponse,
        'success-example': successExample,
        'success-status': successStatus,
        'request-id-header': requestIdHeader,
        'expected-errors': expectedErrors,
        unavailable: unavailable,
        'rate-limited': rateLimited,
        'list-pages': listPages,
      },
    },
  }
}

type Types = Record<string, { properties?: Record<string, unknown>; items?: string; additionalProperties?: unknown }>

/**
 * Makes `x-event-schema` of a response a schema, as well as the `schema` of a wait in `x-long-running-operation`, and `x-any-path`
 * of the document responses, so that Redocly lints and bundles them with their references.
 */
function withExtensions(types: Types): Types {
  const having = (name: string, extension: string, type: string) => ({
    ...types[name],
    properties: { ...types[name]?.properties, [extension]: type },
  })
  return {
    ...types,
    Root: having('Root', 'x-any-path', 'Responses'),
    Operation: having('Operation', 'x-long-running-operation', 'LongRunningOperation'),
    LongRunningOperation: { properties: { waits: 'LongRunningWaitList' }, additionalProperties: {} },
    LongRunningWaitList: { properties: {}, items: 'LongRunningWait' },
    LongRunningWait: { properties: { schema: 'Schema' }, additionalProperties: {} },
    Response: having('Response', 'x-event-schema', 'Schema'),
  }
}
