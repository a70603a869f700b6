import { listPages } from './lists.ts'
import { longRunning } from './long-running.ts'
import { customVerbIsPost, operationIdCamel, securityStated } from './naming.ts'
import { requestClosed } from './requests.ts'
import {
  expectedErrors,
  problemResponse,
  rateLimited,
  requestIdHeader,
  successExample,
  successStatus,
  unavailable,
} from './responses.ts'

/** The project's own lint rules, for Redocly: what `recommended-strict` does not know about this contract. */
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

/** `x-event-schema` of an answer or a media type is a schema like any other: linted, and bundled with all that it refers to. */
function withEventSchemas(types: Types): Types {
  const having = (name: string) => {
    const type = types[name]
    return { ...type, properties: { ...type?.properties, 'x-event-schema': 'Schema' } }
  }
  return { ...types, Response: having('Response'), MediaType: having('MediaType') }
}
