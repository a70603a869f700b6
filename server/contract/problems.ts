/** One kind of problem: its page says what causes it and how to mend it. */
export type ProblemKind = { status: number; title: string; cause: string; cure: string; retryable?: boolean }

/** Problems that a request can end in. */
const requestProblems = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is malformed',
    cause: 'The query, a header or the body cannot be read: it is not what its syntax demands.',
    cure: 'Mend what `detail` and `errors` name; the documentation lists every parameter and header.',
  },
  INVALID_PAGE_TOKEN: {
    status: 400,
    title: 'The page token is not valid here',
    cause: 'The token was changed, or was made for another list, other filters or another owner.',
    cure: 'Send `nextPageToken` as it came, with the same filters; or begin again without a token.',
  },
  UNAUTHENTICATED: {
    status: 401,
    title: 'A credential is needed',
    cause:
      'The request carries no API key or token, or one that is not known, or that is revoked or expired; `detail` says what is wrong with a token.',
    cure: 'Send `Authorization: Bearer <key>` or `X-API-Key: <key>`. A key in the query is never accepted.',
  },
  INSUFFICIENT_SCOPE: {
    status: 403,
    title: 'The credential may not do this',
    cause: 'The API key or token lacks a scope that this request needs.',
    cure: 'Use one with the scope that `detail` names; a key’s scopes never change, another can be made.',
  },
  LINK_INVALID: {
    status: 403,
    title: 'The link is not valid',
    cause: 'The signature does not fit the file and the expiry: the link was changed or cut.',
    cure: 'Read the operation, the report or the file metadata again and use its `downloadUrl` as it is.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'The origin is not allowed',
    cause:
      'A page opened a WebSocket, and its `Origin` is neither the service’s own nor one that the service is configured with.',
    cure: 'Open it from a page of the service’s own origin, or have the origin of yours added to `CORS_ORIGINS`.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is no such resource',
    cause: 'The path or the id is wrong, or the resource belongs to another owner.',
    cure: 'Compare the path with the documentation (no slash at its end), and the id with what the service gave you.',
  },
  OPERATION_NOT_FOUND: {
    status: 404,
    title: 'There is no such operation',
    cause: 'The id is wrong, or the operation belongs to another owner.',
    cure: 'Use the `operationId` that the submit answered, with a key of the same owner.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The path has no such method',
    cause: 'The path exists, but not with this method.',
    cure: 'Use one of the methods in `Allow`.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request did not come in time',
    cause:
      'The headers did not come within 10 seconds, nothing of the body came for 30 seconds, or a JSON body not within 60. Nothing of it was kept.',
    cure: 'Send the request again, without a pause, on a new connection.',
    retryable: true,
  },
  CANNOT_CANCEL: {
    status: 409,
    title: 'The operation can no longer be cancelled',
    cause: 'It has ended already, and an end never changes.',
    cure: 'Nothing has to be done: read the operation to see how it ended.',
  },
  TOO_MANY_RECEIVERS: {
    status: 409,
    title: 'There are too many webhook receivers',
    cause: 'An owner may have 100, since every event is sent to each.',
    cure: 'Delete one that is not needed any more.',
  },
  STORAGE_FULL: {
    status: 409,
    title: 'The storage of this owner is full',
    cause:
      'The uploads and result files of an owner may have 100 GiB, unless configured otherwise. The upload or the result file would pass it, or what was submitted finds nothing left.',
    cure: 'Purge operations that are not needed any more, or wait until some expire; then send the upload again, or retry the operation.',
  },
  TOO_MANY_KEYS: {
    status: 409,
    title: 'There are too many API keys',
    cause: 'An owner may have 100 that are active.',
    cure: 'Revoke one that is not needed any more; `lastUsedAt` says when each was last used.',
  },
  CANNOT_RETRY: {
    status: 409,
    title: 'The operation cannot be retried',
    cause: 'It has not ended, it ended well, or it has been retried already.',
    cure: 'Read it: `retriedBy` names the operation that repeats it. To do the same work once more, submit it.',
  },
  CANNOT_PURGE: {
    status: 409,
    title: 'The operation cannot be purged yet',
    cause: 'It has not ended: its work would go on, and write what was just removed.',
    cure: 'Cancel it and wait until `done` is true, then purge it.',
  },
  NOT_FINISHED: {
    status: 409,
    title: 'The operation has not finished',
    cause: 'There is no result yet.',
    cure: 'Ask again after the seconds in `Retry-After`.',
    retryable: true,
  },
  OPERATION_FAILED: {
    status: 409,
    title: 'The operation failed',
    cause: 'It ended without a result.',
    cure: 'Read the operation: its `error` says why, and what to do about it.',
  },
  OPERATION_CANCELLED: {
    status: 409,
    title: 'The operation was cancelled',
    cause: 'It was stopped before it had a result.',
    cure: 'Submit it again if the result is wanted after all.',
  },
  OPERATION_EXPIRED: {
    status: 410,
    title: 'The operation has expired',
    cause: 'Its retention is over, or it was purged: record, result and files are gone.',
    cure: 'Submit it again.',
  },
  CURSOR_GONE: {
    status: 410,
    title: 'There is no such event to go on from',
    cause:
      'The id that was sent is beyond the end of the operation’s history; or, of the stream of all operations, older than an hour.',
    cure: 'Follow without `Last-Event-ID` and `after`; of all operations read the list first.',
  },
  EXPIRED: {
    status: 410,
    title: 'The resource has expired',
    cause: 'Its retention is over, or its operation was purged.',
    cure: 'Make it again: submit the operation, or send the upload, once more.',
  },
  LINK_EXPIRED: {
    status: 410,
    title: 'The link has expired',
    cause: 'A signed link is good for a time: 24 hours, unless the service is configured otherwise.',
    cure: 'Read the operation, the report or the file metadata again for a fresh `downloadUrl`.',
  },
  CONTENT_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    cause: 'A JSON body may have 1,000,000 bytes, an upload as many as the service is configured for.',
    cure: 'Send less at once; large data goes through an upload.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The media type is not supported',
    cause: 'The `Content-Type` is not one that this endpoint reads, or the body is compressed.',
    cure: 'Send one of the types in `detail`, in UTF-8 and without `Content-Encoding`.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    title: 'The range lies outside the file',
    cause: 'No byte of the `Range` is in the file.',
    cure: 'Ask within the size that `Content-Range` tells.',
  },
  INVALID_INPUT: {
    status: 422,
    title: 'The input breaks a rule',
    cause: 'The body is JSON, but not what the endpoint takes, or its values do not fit together.',
    cure: 'Mend each place in `errors`; every message says how.',
  },
  UNSAFE_URL: {
    status: 422,
    title: 'Nothing is sent to this URL',
    cause:
      'The URL of a webhook does not begin with https://, is not in its plain form, or its name has an address that is not public.',
    cure: 'Use an https URL that anybody in the internet could reach, without a user, a password or a fragment.',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    title: 'The idempotency key was used for another request',
    cause:
      'The same `Idempotency-Key` came with another path or body while it was remembered (24 hours, unless configured otherwise).',
    cure: 'Make a new key for each new request; repeat a request exactly to get its first answer.',
  },
  UPGRADE_REQUIRED: {
    status: 426,
    title: 'This is a WebSocket',
    cause:
      'The request does not ask to switch to a WebSocket, or to another version of it than 13; a proxy may have taken `Upgrade` away.',
    cure: 'Open it with a WebSocket client; or follow the operation by `/stream`, which is plain HTTP.',
  },
  TOO_MANY_OPERATIONS: {
    status: 429,
    title: 'There are too many operations under way',
    cause: 'An owner may have 100,000 operations that have not ended, unless configured otherwise, and has as many.',
    cure: 'Submit it again, with the same `Idempotency-Key`, when some have ended; or cancel some.',
    retryable: true,
  },
  RATE_LIMITED: {
    status: 429,
    title: 'There were too many requests',
    cause:
      'The credential has sent all the requests of a class that it may in a minute, or has as many streams open as it may; `RateLimit-Policy` says how many.',
    cure: 'Send the same request after the seconds in `Retry-After`; poll less often, or read many operations at once with `:batchGet`.',
    retryable: true,
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'The headers are too large',
    cause: 'A request may have 100 headers and, with its URL, 16 KiB of them.',
    cure: 'Send fewer and shorter headers, and a shorter URL.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The service failed',
    cause: 'A fault of the service; it is in the log under the request id.',
    cure: 'Try again; if it stays, report the request id.',
    retryable: true,
  },
  UNAVAILABLE: {
    status: 503,
    title: 'The service is not available now',
    cause: 'The service cannot reach its database, or is stopping.',
    cure: 'Try again after the seconds in `Retry-After`, with the same `Idempotency-Key`.',
    retryable: true,
  },
} as const satisfies Record<string, ProblemKind>

/** Problems that an operation can end in, as its `error`. */
const operationProblems = {
  PROCESSING_ERROR: {
    status: 500,
    title: 'The work failed',
    cause: 'Every attempt failed for a reason that lies in the service.',
    cure: 'Submit it again later; if it stays, report the operation id.',
    retryable: true,
  },
  INVALID_RESULT: {
    status: 500,
    title: 'The result cannot be stored',
    cause: 'The work was done, but its result holds a value that no JSON text in the database can.',
    cure: 'Report the operation id: the data, or the operation type, has to be mended.',
  },
  TIMEOUT: {
    status: 504,
    title: 'The work took too long',
    cause: 'It ran past the time that its type allows.',
    cure: 'Ask for less at once: a shorter range, a narrower filter, a smaller file.',
    retryable: true,
  },
  QUEUE_TIMEOUT: {
    status: 503,
    title: 'The operation waited too long',
    cause: 'No worker took it within the time that its type allows.',
    cure: 'Submit it again; if it stays, too few workers are running.',
    retryable: true,
  },
  NO_DATA_IN_RANGE: {
    status: 422,
    title: 'There are no data in the range',
    cause: 'No order lies in the date range and matches the filters.',
    cure: 'Widen the range or drop a filter; the sample orders lie between 2014 and 2017.',
  },
  UPLOAD_NOT_FOUND: {
    status: 422,
    title: 'There is no such upload',
    cause: 'The upload went before the operation read it.',
    cure: 'Send the file again and submit with the new `uploadId`.',
  },
  INVALID_FILE: {
    status: 422,
    title: 'The file cannot be read',
    cause: 'The upload is empty or binary, its header does not fit, or a quote breaks it.',
    cure: 'Mend the line that `detail` names; the documentation of the operation lists the columns.',
  },
  INVALID_ENCODING: {
    status: 422,
    title: 'The file is not UTF-8',
    cause: 'The upload holds bytes that are not UTF-8 text, as files saved in a local code page or UTF-16 do.',
    cure: 'Save the file in UTF-8 and upload it again.',
  },
  NO_VALID_ROWS: {
    status: 422,
    title: 'Not one row could be loaded',
    cause: 'Every row of the upload has a fault, or contradicts what is there already.',
    cure: 'Mend the rows that `errors` names, by line and column, and upload the file again.',
  },
  OUT_OF_STOCK: {
    status: 422,
    title: 'The stock does not suffice',
    cause: 'The warehouse has fewer pieces of a product than the order wants. Nothing is reserved any more.',
    cure: 'Deliver from another `warehouse`, or submit it again when the stock is filled up.',
  },
  PAYMENT_DECLINED: {
    status: 422,
    title: 'The payment was declined',
    cause: 'The payment vendor refused to charge the order’s price. Nothing is charged or reserved any more.',
    cure: 'Submit it again with another `paymentMethod`.',
  },
  NO_CARRIER: {
    status: 422,
    title: 'No carrier takes the delivery',
    cause:
      'The carrier does not go there with the service that was asked for. Nothing is booked, charged or reserved any more.',
    cure: 'Submit it again with another `carrierService`.',
  },
  CONFIRMATION_REFUSED: {
    status: 422,
    title: 'The delivery was not confirmed',
    cause: 'The confirmation vendor refused the contact. Nothing is booked, charged or reserved any more.',
    cure: 'Submit it again with another `contact`.',
  },
  VENDOR_REFUSED: {
    status: 502,
    title: 'A vendor does not take the request',
    cause:
      'A vendor answered an error that no repetition mends: its address is wrong, or the order changed while it was delivered.',
    cure: 'Submit it again; if it stays, have the address of the vendor that `detail` names checked.',
    retryable: true,
  },
  COMPENSATION_FAILED: {
    status: 500,
    title: 'What was done could not be undone',
    cause: 'The operation failed or was cancelled, and a step that it had finished refused every try to undo it.',
    cure: 'Undo the steps that `detail` names by hand, where they took effect; each vendor knows them by the operation id.',
  },
  POISONED: {
    status: 500,
    title: 'The work ends its process',
    cause: 'Three times the process that ran the operation died while it ran nothing else.',
    cure: 'Do not submit it again as it is: report the operation id, since the input or the operation type has to be mended.',
  },
} as const satisfies Record<string, ProblemKind>

/** Every problem of the product by its code, which never changes its meaning. Each has a page at `/problems/{code}`. */
export const problems = { ...requestProblems, ...operationProblems }

export type ProblemCode = keyof typeof problems
