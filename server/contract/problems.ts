/** One kind of problem. Its page shows the cause and the remedy. */
export type ProblemKind = {
  status: number
  title: string
  cause: string
  remedy: string
  /** Only if the same request can succeed later: seconds until then, unless the problem states others. */
  retryAfter?: number
}

/** Problems that a request can be answered with. */
const requestProblems = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is malformed',
    cause: 'A query parameter, a header or the body is malformed, or the query has a parameter that is not documented.',
    remedy: 'Fix what `detail` and `errors` name. The documentation lists every parameter and header.',
  },
  INVALID_PAGE_TOKEN: {
    status: 400,
    title: 'The page token is not valid',
    cause: 'The token was changed, or was issued for another list, other filters or another owner.',
    remedy: 'Send `nextPageToken` unchanged and with the same filters, or start again without a token.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'The credential is missing or not valid',
    cause:
      'The request has no API key or token, or the key or token is unknown, revoked or expired. `detail` says what is wrong with a token.',
    remedy: 'Send `Authorization: Bearer <key>` or `X-API-Key: <key>`. A key in the URL is never accepted.',
  },
  INSUFFICIENT_SCOPE: {
    status: 403,
    title: 'The credential lacks a scope',
    cause: 'The API key or token does not have a scope that this request needs.',
    remedy:
      'Use a credential with the scope that `detail` names. The scopes of a key never change: create another key.',
  },
  LINK_INVALID: {
    status: 403,
    title: 'The link is not valid',
    cause: 'The signature does not match the file and the expiry. The link was changed or truncated.',
    remedy: 'Read the operation, the report or the file metadata again and use its `downloadUrl` unchanged.',
  },
  CALLBACK_INVALID: {
    status: 403,
    title: 'The callback URL is not valid',
    cause: 'The token in the URL was changed or truncated, or was not issued by this service.',
    remedy: 'Send the callback to the URL that the operation passed on, unchanged.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'The origin is not allowed',
    cause:
      'A web page opened a WebSocket, and its `Origin` is neither the origin of the service nor listed in its configuration.',
    remedy: 'Open the WebSocket from a page of the service’s origin, or add the origin of the page to `CORS_ORIGINS`.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'The resource was not found',
    cause: 'The path or the id is wrong, or the resource belongs to another owner.',
    remedy:
      'Compare the path with the documentation (paths have no trailing slash), and check the id and the credential.',
  },
  OPERATION_NOT_FOUND: {
    status: 404,
    title: 'The operation was not found',
    cause: 'The id is wrong, or the operation belongs to another owner.',
    remedy: 'Use the `operationId` that the submit returned, and a credential of the same owner.',
  },
  WAIT_NOT_FOUND: {
    status: 404,
    title: 'The wait was not found',
    cause: 'The operation has not begun a wait of this name.',
    remedy: 'Use a name that `GET /operations/{operationId}/waits` lists.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The method is not allowed',
    cause: 'The path exists, but does not support this method.',
    remedy: 'Use one of the methods in `Allow`.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'No acceptable content coding is available',
    cause: '`Accept-Encoding` excludes every content coding in which the document is served.',
    remedy: 'Allow `br`, `gzip` or `identity` in `Accept-Encoding`, or omit the header.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request was not received in time',
    cause:
      'The headers took longer than 10 seconds, a JSON body took longer than 60 seconds, no byte of the body arrived for 30 seconds, or an upload was slower than 1 KiB per second. Nothing was stored.',
    remedy: 'Send the request again on a new connection, without pauses.',
    retryAfter: 1,
  },
  CANNOT_CANCEL: {
    status: 409,
    title: 'The operation cannot be cancelled',
    cause: 'The operation has already ended with another status. A final status never changes.',
    remedy: 'Read the operation to see how it ended. No action is needed.',
  },
  CANNOT_COMPLETE_WAIT: {
    status: 409,
    title: 'The wait cannot be completed',
    cause:
      'The wait was completed with another body, it is a timer, or its operation is being cancelled or has ended. `detail` says which.',
    remedy: 'Read the operation. A wait is completed once, and the first body decides.',
  },
  TOO_MANY_RECEIVERS: {
    status: 409,
    title: 'Too many webhook receivers',
    cause: 'An owner can have 100 webhook receivers.',
    remedy: 'Delete a receiver that is no longer needed.',
  },
  TOO_MANY_SCHEDULES: {
    status: 409,
    title: 'Too many schedules',
    cause: 'An owner can have 1,000 schedules, unless configured otherwise.',
    remedy: 'Delete a schedule that is no longer needed.',
  },
  STORAGE_FULL: {
    status: 409,
    title: 'The storage quota is exceeded',
    cause:
      'An owner can store 1,000,000 uploads and result files with 100 GiB in total, unless configured otherwise. Files that are being written count with their reserved size. Either the quota is used up, or the upload or result file does not fit into what is left.',
    remedy:
      'Purge operations that are no longer needed, or wait until some expire. Then send the upload again or retry the operation.',
  },
  TOO_MANY_KEYS: {
    status: 409,
    title: 'Too many API keys',
    cause: 'An owner can have 100 active API keys.',
    remedy: 'Revoke a key that is no longer needed. `lastUsedAt` says when each key was last used.',
  },
  CANNOT_RETRY: {
    status: 409,
    title: 'The operation cannot be retried',
    cause:
      'The operation has not ended, ended as `COMPLETED`, ended with `COMPENSATION_FAILED`, or has already been retried.',
    remedy:
      'Read the operation. `retriedBy` names the operation that repeats it: retry that operation. To repeat an operation that is `COMPLETED`, submit it again. After `COMPENSATION_FAILED` undo the steps of the phases that `error.detail` names, then submit it again.',
  },
  CANNOT_PURGE: {
    status: 409,
    title: 'The operation cannot be purged',
    cause: 'The operation has not ended.',
    remedy: 'Cancel the operation, wait until `done` is true, then purge it.',
  },
  NOT_FINISHED: {
    status: 409,
    title: 'The operation has not finished',
    cause: 'The operation has no result yet.',
    remedy: 'Send the request again after the seconds in `Retry-After`.',
    retryAfter: 1,
  },
  OPERATION_FAILED: {
    status: 409,
    title: 'The operation failed',
    cause: 'The operation ended without a result.',
    remedy: 'Read the operation. Its `error` has the cause and the remedy.',
  },
  OPERATION_CANCELLED: {
    status: 409,
    title: 'The operation was cancelled',
    cause: 'The operation was cancelled before it had a result.',
    remedy: 'Retry the operation, or submit it again, if the result is still needed.',
  },
  OPERATION_EXPIRED: {
    status: 410,
    title: 'The operation has expired',
    cause:
      'The retention of the operation is over, or the operation was purged. Its record, result and files are deleted.',
    remedy: 'Submit the operation again, with a new `Idempotency-Key`.',
  },
  WAIT_EXPIRED: {
    status: 410,
    title: 'The wait has expired',
    cause: 'The time of the wait is over, or its operation is being cancelled or has ended.',
    remedy: 'Do not send the request again. The operation has continued without it, or submit a new operation.',
  },
  CURSOR_GONE: {
    status: 410,
    title: 'The stream position is not available',
    cause:
      'The event id is beyond the end of the operation’s history, or the cursor of the stream of all operations is older than an hour.',
    remedy:
      'Open the stream without `Last-Event-ID` and `after`. For the stream of all operations, read the list of operations first.',
  },
  EXPIRED: {
    status: 410,
    title: 'The resource has expired',
    cause: 'The retention of the resource is over, its operation was purged, or it was deleted.',
    remedy: 'Submit the operation, send the upload or create the resource again, with a new `Idempotency-Key`.',
  },
  LINK_EXPIRED: {
    status: 410,
    title: 'The link has expired',
    cause: 'A signed link is valid for 24 hours at most, unless the service is configured otherwise.',
    remedy: 'Read the operation, the report or the file metadata again for a new `downloadUrl`.',
  },
  CONTENT_TOO_LARGE: {
    status: 413,
    title: 'The request body is too large',
    cause:
      'A JSON body has more bytes or values than the endpoint accepts, or an upload has more bytes than the service is configured for. `detail` names the limit.',
    remedy: 'Send less in one request. Send large data as an upload.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The media type is not supported',
    cause:
      'The endpoint does not accept this `Content-Type`, the text is not UTF-8 (a file: UTF-8 or UTF-16), or the body is compressed.',
    remedy: 'Send one of the types in `detail`, in the encoding that it names and without `Content-Encoding`.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    title: 'The range is outside the file',
    cause: 'The file has no byte in the `Range`.',
    remedy: 'Request a range within the size in `Content-Range`.',
  },
  INVALID_INPUT: {
    status: 422,
    title: 'The input is not valid',
    cause: 'The body is JSON, but does not match the schema of the request, or its values contradict each other.',
    remedy: 'Fix each field listed in `errors`.',
  },
  UNSAFE_URL: {
    status: 422,
    title: 'The webhook URL is not allowed',
    cause:
      'The URL does not begin with `https://`, contains a user, a password or a fragment, uses a port of another protocol, or resolves to an address that is not public.',
    remedy: 'Use an https URL whose host has public addresses only, without a user, a password or a fragment.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    title: 'The idempotency key was used for another request',
    cause:
      'The same `Idempotency-Key` was sent with another path or body during its retention (24 hours, unless configured otherwise).',
    remedy: 'Use a new key for each new request. To get the first answer again, repeat the request unchanged.',
  },
  BATCH_REFUSED: {
    status: 422,
    title: 'The batch was refused',
    cause: 'The batch has `allOrNothing`, and at least one of its operations cannot be submitted. None was submitted.',
    remedy:
      'Fix or remove the operations that `errors` lists and send the batch again, or send it without `allOrNothing`.',
  },
  UPGRADE_REQUIRED: {
    status: 426,
    title: 'A WebSocket upgrade is required',
    cause:
      'The request does not ask for an upgrade to WebSocket version 13. A proxy may have removed the `Upgrade` header.',
    remedy: 'Use a WebSocket client, or read the events from `/stream`, which is plain HTTP.',
  },
  TOO_MANY_OPERATIONS: {
    status: 429,
    title: 'Too many unfinished operations',
    cause: 'An owner can have 100,000 operations that have not ended, unless configured otherwise.',
    remedy:
      'Wait until some operations have ended, or cancel some. Then send the request again with the same `Idempotency-Key`.',
    retryAfter: 5,
  },
  TOO_MANY_BATCHES: {
    status: 429,
    title: 'Too many unfinished batches',
    cause: 'An owner can have 1,000 batches that have not ended, unless configured otherwise.',
    remedy:
      'Wait until some batches have ended, or submit more operations in each batch. Then send the request again with the same `Idempotency-Key`.',
    retryAfter: 5,
  },
  TOO_MANY_WEBHOOK_TARGETS: {
    status: 429,
    title: 'Too many webhook targets',
    cause:
      'The webhooks of an owner’s unfinished operations and undelivered messages can have 1,000 origins, unless configured otherwise. The origin in this request would exceed that number.',
    remedy:
      'Use an origin that other operations already use, or register a webhook receiver. Or send the request again, with the same `Idempotency-Key`, after messages have been delivered.',
    retryAfter: 5,
  },
  TOO_MANY_UPLOADS: {
    status: 429,
    title: 'Too many concurrent uploads',
    cause:
      'An owner can send 20 uploads at the same time, unless configured otherwise. An upload whose connection broke counts until the service has removed it.',
    remedy: 'Send the file again after the seconds in `Retry-After`, or after another upload has ended.',
    retryAfter: 5,
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause:
      'The credential or its owner has used up its requests per minute or its open streams, or 1,000 requests of the owner are waiting to be processed. Requests without a valid credential are counted by client address. `detail` names the limit, and `RateLimit-Policy` the requests per minute.',
    remedy:
      'Send the request again after the seconds in `Retry-After`. Poll less often, or read many operations at once with `:batchGet`.',
    retryAfter: 5,
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The request headers are too large',
    cause: 'A request can have 100 headers. Its URL and headers together can have 16 KiB.',
    remedy: 'Send fewer and shorter headers, and a shorter URL.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'Internal error',
    cause: 'An error in the service. The service has logged it with the request id.',
    remedy: 'Send the request again. If the error persists, report the request id.',
    retryAfter: 5,
  },
  UNAVAILABLE: {
    status: 503,
    title: 'The service is unavailable',
    cause:
      'The service cannot reach its database or storage, is stopping, or received more requests of the owner at once than it can process in time.',
    remedy: 'Send the request again after the seconds in `Retry-After`, with the same `Idempotency-Key`.',
    retryAfter: 2,
  },
  DISK_FULL: {
    status: 503,
    title: 'The disk of the service is almost full',
    cause:
      'The disk of the service has less free space than configured (1 GiB by default). Nothing of the upload was stored.',
    remedy:
      'Send the upload again after the seconds in `Retry-After`. If the error persists, the operator of the service must free disk space.',
    retryAfter: 60,
  },
} as const satisfies Record<string, ProblemKind>

/** Problems that an operation can fail with, as its `error`. */
const operationProblems = {
  PROCESSING_ERROR: {
    status: 500,
    title: 'Processing failed',
    cause: 'Every attempt failed, because of an error in the service or because a vendor was unavailable.',
    remedy: 'Submit the operation again later. If the error persists, report the operation id.',
    retryAfter: 60,
  },
  INVALID_RESULT: {
    status: 500,
    title: 'The result cannot be stored',
    cause: 'The operation was processed, but its result contains a value that the database cannot store as JSON.',
    remedy: 'Report the operation id. The data or the operation type must be fixed.',
  },
  TIMEOUT: {
    status: 504,
    title: 'The operation ran too long',
    cause: 'The operation exceeded the run time of its type.',
    remedy: 'Submit less work in one operation: a shorter date range, a narrower filter or a smaller file.',
    retryAfter: 60,
  },
  WAIT_TIMEOUT: {
    status: 504,
    title: 'No answer arrived in time',
    cause: 'The operation waited for a callback or for the decision of a person, and nothing arrived in time.',
    remedy: 'Retry the operation, or ask for the answer again. Finished steps have been undone.',
  },
  QUEUE_TIMEOUT: {
    status: 503,
    title: 'The operation waited too long',
    cause: 'No worker started the operation within the queue time of its type.',
    remedy: 'Submit the operation again. If the error persists, more workers are needed.',
    retryAfter: 60,
  },
  DEPENDENCY_FAILED: {
    status: 409,
    title: 'A dependency did not complete',
    cause: 'An operation that this one depends on failed, was cancelled or was deleted, so this one did not start.',
    remedy: 'Read the dependency that `detail` names. Retry the dependency first, then this operation.',
  },
  NO_DATA_IN_RANGE: {
    status: 422,
    title: 'No data in the date range',
    cause: 'No order in the date range matches the filters.',
    remedy: 'Widen the range or remove a filter. The sample orders are from 2014 to 2017.',
  },
  INSUFFICIENT_HISTORY: {
    status: 422,
    title: 'Too few months for a forecast',
    cause: 'The orders cover fewer whole months than two seasons and the months of the backtest.',
    remedy:
      'Widen the date range, remove a filter or import older orders. Or submit a smaller `forecast.holdoutMonths` or `forecast.seasonMonths`.',
  },
  UPLOAD_NOT_FOUND: {
    status: 422,
    title: 'The upload was not found',
    cause: 'The upload was deleted before the operation read it.',
    remedy: 'Send the file again and submit the operation with the new `uploadId`.',
  },
  INVALID_FILE: {
    status: 422,
    title: 'The file cannot be read',
    cause: 'The upload is empty or binary, its header row does not match, or a quote is not closed.',
    remedy: 'Fix the line that `detail` names. The documentation of the operation lists the columns.',
  },
  INVALID_ENCODING: {
    status: 422,
    title: 'The file is not UTF-8 or UTF-16',
    cause:
      'The upload has bytes that are not UTF-8 or UTF-16 text, for example because it was saved in a local code page such as Windows-1252.',
    remedy: 'Save the file in UTF-8 (in Excel: save as CSV UTF-8) and upload it again.',
  },
  NO_VALID_ROWS: {
    status: 422,
    title: 'The file has no valid row',
    cause: 'Every row of the upload has an error, or contradicts data that is already stored.',
    remedy: 'Fix the rows listed in `errors`, by line and column, and upload the file again.',
  },
  TOO_MANY_ORDER_LINES: {
    status: 409,
    title: 'Too many order lines',
    cause:
      'An owner can have 10,000,000 imported order lines, unless configured otherwise. The file would exceed that number. No row was loaded.',
    remedy: 'Import fewer rows, or ask the operator of the service to raise `OWNER_ORDER_LINES`.',
  },
  OUT_OF_STOCK: {
    status: 422,
    title: 'Insufficient stock',
    cause: 'The warehouse has fewer items of a product than the order needs. Nothing is reserved.',
    remedy: 'Deliver from another `warehouse`, or submit the operation again when the product is in stock.',
  },
  PAYMENT_DECLINED: {
    status: 422,
    title: 'The payment was declined',
    cause: 'The payment vendor declined to charge the price of the order. Nothing is charged or reserved.',
    remedy: 'Submit the operation again with another `paymentMethod`.',
  },
  NO_CARRIER: {
    status: 422,
    title: 'No carrier accepts the delivery',
    cause:
      'The carrier does not deliver to this address with the requested service. Nothing is booked, charged or reserved.',
    remedy: 'Submit the operation again with another `carrierService`.',
  },
  CONFIRMATION_REFUSED: {
    status: 422,
    title: 'The delivery was not confirmed',
    cause: 'The confirmation vendor rejected the contact. Nothing is booked, charged or reserved.',
    remedy: 'Submit the operation again with another `contact`.',
  },
  CHECK_DECLINED: {
    status: 422,
    title: 'A vendor declined the check',
    cause: 'A vendor of the screening does not make the check: `detail` names the vendor and its reason.',
    remedy: 'Submit the screening again without this check, or with another package for the vendor.',
  },
  VENDOR_REFUSED: {
    status: 502,
    title: 'A vendor rejected the request',
    cause:
      'A vendor returned an error that a repetition does not fix: its configured address is wrong, its response cannot be read, or the order changed during the delivery.',
    remedy: 'Submit the operation again. If the error persists, check the address of the vendor that `detail` names.',
    retryAfter: 60,
  },
  COMPENSATION_FAILED: {
    status: 500,
    title: 'Compensation failed',
    cause: 'The operation failed or was cancelled, and a finished step could not be undone.',
    remedy:
      'Check the phases that `detail` names at their vendors and undo their steps by hand. Each vendor knows them by the operation id. `cause` is the failure that was to be compensated; after a cancel there is none.',
  },
  POISONED: {
    status: 500,
    title: 'The operation crashes its process',
    cause: 'The process that ran the operation crashed three times while it ran nothing else.',
    remedy:
      'Do not submit the operation again unchanged. Report the operation id: the input or the operation type must be fixed.',
  },
} as const satisfies Record<string, ProblemKind>

/** Every problem of the service by its code. The meaning of a code never changes. Each has a page at `/problems/{code}`. */
export const problems = { ...requestProblems, ...operationProblems }

export type ProblemCode = keyof typeof problems
