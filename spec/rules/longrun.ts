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
    typeExtension: { oas3: withEventSchemas },
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

type Types = Record<string, { properties?: Record<string, unknown> }>

/** Makes `x-event-schema` of a response or a media type a schema, which Redocly lints and bundles with its references. */
function withEventSchemas(types: Types): Types {
  const having = (name: string) => {
    const type = types[name]
    return { ...type, properties: { ...type?.properties, 'x-event-schema': 'Schema' } }
  }
  return { ...types, Response: having('Response'), MediaType: having('MediaType') }
}
