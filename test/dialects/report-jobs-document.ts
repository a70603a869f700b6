import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/**
 * What the OpenAPI document of source D (docs/names.md) declares, as data: for each of its two operations the statuses, required headers and the schema of
 * the body. The schemas are open, as there.
 */
const text = { type: 'string' }
const optionalText = { type: ['string', 'null'] }
const reportJob = {
  type: 'object',
  required: ['jobId', 'status'],
  properties: {
    jobId: text,
    status: { enum: ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED'] },
    downloadUrl: optionalText,
    errorCode: optionalText,
    errorMessage: optionalText,
  },
}
const day = { type: 'string', format: 'date' }
const generateReportRequest = {
  type: 'object',
  required: ['reportType', 'dateRange', 'format'],
  properties: {
    reportType: text,
    dateRange: { type: 'object', required: ['fromDate', 'toDate'], properties: { fromDate: day, toDate: day } },
    format: { enum: ['CSV', 'PDF', 'JSON'] },
    callbackUrl: optionalText,
  },
}

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
const isJob = ajv.compile(reportJob)
const isRequest = ajv.compile(generateReportRequest)

const operations = [
  { method: 'POST', path: /^\/compat\/jobs\/generate-report$/, responses: { 202: isJob }, headers: ['location'] },
  {
    method: 'GET',
    path: /^\/compat\/jobs\/report-jobs\/[^/]+$/,
    responses: { 200: isJob, 404: undefined },
    headers: [],
  },
]

/** `fetch` that throws for a request or a response that the document does not allow. `seen`: the statuses of the responses. */
export function validating<F extends (address: string, init?: RequestInit) => Promise<Response>>(fetchIt: F) {
  const seen: string[] = []
  async function checked(address: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetchIt(address, init)
    const { pathname } = new URL(response.url)
    const { method = 'GET' } = init
    const operation = operations.find((known) => known.method === method && known.path.test(pathname))
    if (!operation) throw new Error(`the document has no ${method} ${pathname}`)
    if (typeof init.body === 'string' && !isRequest(JSON.parse(init.body)))
      throw new Error(ajv.errorsText(isRequest.errors))
    const { status } = response
    const declared = Object.hasOwn(operation.responses, status)
    if (!declared) throw new Error(`the document has no ${status} for ${method} ${pathname}`)
    const isBody = Reflect.get(operation.responses, status) as typeof isJob | undefined
    if (isBody) {
      for (const name of operation.headers) if (!response.headers.has(name)) throw new Error(`${name} is missing`)
      if (!isBody(await response.clone().json())) throw new Error(ajv.errorsText(isBody.errors))
    }
    seen.push(`${method} ${status}`)
    return response
  }
  return { fetchIt: checked, seen }
}
