// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/reports:generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate a report
         * @description Starts a report over the orders of a date range: the sample ones, which everybody reads, and those you imported. The operation's `result`
         *     has the `downloadUrl` of the file. A range without an order fails with `NO_DATA_IN_RANGE`.
         *
         *     In a CSV, text that a spreadsheet would take for a formula is made harmless by a leading apostrophe.
         */
        post: operations["generateReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{reportId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a report
         * @description What was asked for and what was made, with a fresh `downloadUrl`. It is kept as long as the operation that made it; once that has expired or was
         *     purged it is a 410 for as long as the operation is.
         */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers:export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export customers
         * @description Starts an export of customers, the sample ones and yours, sorted by customer id, with what they ordered and when. The operation's `result`
         *     has the `downloadUrl` of the file. When nobody matches, the file has no rows.
         *
         *     In a CSV, text that a spreadsheet would take for a formula is made harmless by a leading apostrophe.
         */
        post: operations["exportCustomers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers
         * @description The sample customers and yours, sorted by customer id.
         */
        get: operations["listCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders:import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import orders
         * @description Starts the import of an uploaded file of order lines (`POST /uploads`). Each row is checked; good rows are loaded, bad ones come back in a
         *     reject file (`rejectUrl`) with line, column and reason, and the operation ends `COMPLETED_WITH_ERRORS`. A file that cannot be read, or has no
         *     good row, fails and its `error` names the places. All good rows appear at once; an import that fails or is cancelled leaves none.
         *
         *     A row is known by its row id among your own. One that is there already with the same content counts as `rowsUnchanged`, so the same file
         *     twice loads once. One that contradicts what is there, by its content or by its order's customer, dates or address, is rejected.
         *
         *     A **CSV** file begins with a header row, its columns in any order; letter case, spaces and punctuation in their names do not matter: Row ID,
         *     Order ID, Order Date, Ship Date, Ship Mode, Customer ID, Customer Name, Segment, Country, City, State, Postal Code, Region, Product ID,
         *     Category, Sub-Category, Product Name, Sales, Quantity, Discount, Profit. An **NDJSON** file has one object a line, with the same names in
         *     camelCase (`rowId` to `profit`). Both are UTF-8; days are `YYYY-MM-DD`. A postal code of four digits in the United States gets its leading
         *     zero back.
         */
        post: operations["importOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders
         * @description The sample orders and yours, newest order date first, without their lines. Only those that match every filter.
         */
        get: operations["listOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order
         * @description An order with its lines. When a sample order and one of yours have the same id, this is yours.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/orders/{orderId}:deliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver an order
         * @description Takes an order to its delivery with four vendors, one after the other: its lines are reserved from stock, its price is charged, a carrier is booked,
         *     and the delivery is confirmed. Each vendor is a phase, so the operation shows how far each of them is. The order is one of yours or of the sample.
         *
         *     When a vendor declines, cannot be reached, or the operation is cancelled or runs out of time, everything that was done is undone, newest first: the
         *     booking is cancelled, the charge refunded, the reservation released. Its phase goes through `COMPENSATING` to `COMPENSATED`, and only then is the
         *     operation `FAILED` or `CANCELLED`. Every vendor is called with an idempotency key of the operation and the step, so that no crash or broken
         *     connection charges twice.
         *
         *     The service is configured with the vendors' addresses; the four fields of the body, all optional, are handed to them as they are. Without
         *     addresses, sample vendors run beside the service and keep real state. They take any value, and play what can go wrong when they are given one of these:
         *
         *     | value | what that vendor does |
         *     |---|---|
         *     | `test_declined` | declines, and the operation fails: `OUT_OF_STOCK`, `PAYMENT_DECLINED`, `NO_CARRIER` or `CONFIRMATION_REFUSED` |
         *     | `test_unavailable` | answers 503 to every try, and the operation fails after the last: `PROCESSING_ERROR` |
         *     | `test_flaky` | answers 503 twice, then does it |
         *     | `test_hang` | never answers, and does nothing; each try ends after 5 seconds |
         *     | `test_late` | does it, but answers after 7 seconds, which is too late for the first try; the second learns that it is done |
         *     | `test_twice` | does it, and breaks the connection before the answer: it is asked for the same thing twice, and does it once |
         *     | `test_undo_flaky` | does it; undoing it answers 503 twice, then works |
         *     | `test_undo_unavailable` | does it; undoing it answers 503 for ever, and the operation fails: `COMPENSATION_FAILED` |
         */
        post: operations["deliverOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operations
         * @description Your operations, newest first. Only those that match every filter. Results are included, each with fresh links.
         */
        get: operations["listOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations:batchGet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read many operations
         * @description Up to 1,000 operations in one request, for a client that watches many. It reads only, although it is a POST: ids do not fit into a URL.
         */
        post: operations["batchGetOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel many operations
         * @description Starts an operation that cancels those of your operations that the filter matches and that were submitted before this one, each as `:cancel` would; those that
         *     have ended are skipped. With `validateOnly` it only counts them (`estimate.rows`). It may be cancelled itself: what it has cancelled stays so.
         */
        post: operations["cancelOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations:retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start many operations anew
         * @description Starts an operation that retries those of your operations that the filter matches and that were submitted before this one, each as `:retry` would; those that
         *     cannot be retried are skipped. With `validateOnly` it only counts what matches (`estimate.rows`).
         */
        post: operations["retryOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow all operations
         * @description Everything that happens to your operations from now on, each event as it happens, as server-sent events: the same as those of each operation's own stream, with its `operationId`. Those that
         *     match every filter: `status` is that of the event, the others are the operation's. It does not end by itself.
         *
         *     The `id` of an event is a cursor. Come again with the last one as `Last-Event-ID`, as `EventSource` does by itself, and nothing is missing. The events of some ten seconds before it
         *     may come twice: know them by `operationId` and `sequence`. (A stream of one operation goes on without repeating any.) While nothing happens, an `id` alone comes every 15 seconds. A cursor is good for an hour; after that it is a 410
         *     `CURSOR_GONE`: read the list, and begin anew without it. When the key is revoked, the stream closes within 30 seconds.
         */
        get: operations["streamOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an operation
         * @description Its status, its progress, and its `result` or `error` once there is one. This is what you poll: until `done` is true, wait the seconds in
         *     `Retry-After` and ask again, with the last `ETag` as `If-None-Match`. Nothing new is a 304 without a body.
         *
         *     With `Prefer: wait=N` the answer is held: until the `ETag` in `If-None-Match` no longer holds, or, without one, until the operation has ended.
         *
         *     With `expand=resource` the report or order comes with it. That is another representation, with an `ETag` of its own.
         *
         *     A failed operation is a 200: the request to read it succeeded. What is final never changes, save for the signature of its links.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        /**
         * Cancel an operation, DELETE style
         * @description The same as `:cancel`, by the same rules, for clients that cancel with DELETE. It cancels the work and does not delete the record, which
         *     stays until its retention is over.
         */
        delete: operations["deleteOperation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an operation
         * @description Stops an operation. One that waits is `CANCELLED` at once. One that runs is `CANCELLING` until its work has stopped and what it wrote is
         *     gone, and then `CANCELLED`: once this answers 200 it will never be `COMPLETED`.
         *
         *     Cancelling twice is harmless: it answers 200 with the operation as it is. One that has ended otherwise is a 409 `CANNOT_CANCEL`. The body may
         *     be left out.
         */
        post: operations["cancelOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}:retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start an operation anew
         * @description For one that is `FAILED`, `CANCELLED` or `COMPLETED_WITH_ERRORS`. Starts a new operation with the same input, labels, priority and number of attempts,
         *     at once; nothing has to be sent again. The new one says so in `retryOf`. The old one keeps its end, and gains `retriedBy`. A webhook of the old one is told
         *     of the new one, too, signed with the same secret, which is not shown again.
         *
         *     It begins from the start: of a delivery that did not complete everything has been undone, and the other types have no steps. A type that says
         *     `reusesSteps` would take over those that are finished and were not undone. An operation is retried once: another retry
         *     is a 409 `CANNOT_RETRY` that names its successor; retry that one. With an `Idempotency-Key` the same retry can be sent again and again. The body is empty.
         */
        post: operations["retryOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}:purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a finished operation at once
         * @description Removes it before its retention is over: its input, result, report, files and history. Links to its files stop working; its id, and those of
         *     its report and files, answer 410.
         *     What it did elsewhere stays: imported orders remain, and so does the upload that they came from, until its own `expiresAt`.
         *
         *     One that has not finished is a 409 `CANNOT_PURGE`: cancel it first. The body is empty.
         */
        post: operations["purgeOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to the result
         * @description Redirects to what a completed operation made: of `generateReport` the report, of `exportCustomers` the file itself, of `importOrders` the
         *     list of imported orders, of `deliverOrder` the order; of `cancelOperations` and `retryOperations`, which make nothing, the operation itself. The body is the operation.
         *
         *     There is nothing to redirect to while it is active (409 `NOT_FINISHED`, with `Retry-After`), and after it failed or was cancelled.
         */
        get: operations["getOperationResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an operation's history
         * @description Everything that happened to it, oldest first, in one sequence: its creation, each change of status with who caused it and why, its progress, and the lines of its
         *     log. It is kept as long as the operation.
         *
         *     To read on, send the last `sequence` as `after`; `Link` with `rel="next"` does so while there is more. To be told of what comes, use the stream. Progress is recorded up to ten times a second; a
         *     change of status is never left out.
         */
        get: operations["getOperationEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an operation's log
         * @description The lines that its work has written, oldest first. They are events of its history, too; their `sequence` therefore rises with gaps. To read on, send the last one as `after`.
         */
        get: operations["getOperationLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow an operation
         * @description Its history and then everything that happens to it, each as it happens, until its end: server-sent events, for `EventSource` and its like. `event` is the name, `id` the sequence, `data` the
         *     event as one line of JSON. Between them come comments, so that a connection that has died is noticed.
         *
         *     A connection that breaks loses nothing: come again with the last `id` as `Last-Event-ID`, as `EventSource` does by itself, after the milliseconds of the last
         *     `retry`. The stream closes after the event that ends the operation; whoever comes again after that one gets a 204, at which `EventSource` stops. A reader who is too slow is not waited for:
         *     the stream closes, and goes on where it was when the reader comes again. When the key is revoked, it closes within 30 seconds.
         */
        get: operations["streamOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow an operation by WebSocket
         * @description The events of the stream as messages of a WebSocket (RFC 6455): its history after `after`, or all of it, and then everything that happens, each as it happens, until its end. Each message is one event
         *     as JSON, described by `x-event-schema`. `event` is in upper case here; an operation that is `COMPLETED_WITH_ERRORS` sends `COMPLETED`.
         *
         *     A page in a browser can set no header: it sends its key as a subprotocol, `new WebSocket(links.socket, ['longrun.v1', 'bearer.' + key])`. The answer selects `longrun.v1`. A
         *     request with an `Origin` that is neither the service's own nor one of those it is configured with is refused. Every refusal comes before the switch, as an ordinary answer.
         *
         *     A connection that breaks loses nothing: open it again with the last `sequence` as `after`. Nothing is to be sent but pongs, which browsers send by themselves; whoever sends none within 15 seconds is cut off.
         *
         *     | closes with | because |
         *     |---|---|
         *     | 1000 | the operation has ended, and all its events have been sent |
         *     | 1001 | the operation was removed |
         *     | 1003 | a message was sent to the service |
         *     | 1008 | the key was revoked (within 30 seconds) |
         *     | 1009 | a message of more than 4 KiB was sent to the service |
         *     | 1011 | the service failed: open it again, after the last `sequence` |
         *     | 1012 | this process stops: open it again, after a moment |
         *     | 1013 | the reader was too slow: open it again, after the last `sequence` |
         */
        get: operations["openOperationSocket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the webhook deliveries of an operation
         * @description What was sent, or is to be sent, about it: to its own webhook and to your receivers. Newest first, each with its attempts. They are kept as long as the
         *     operation.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook delivery
         * @description What became of one message, with its attempts.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/deliveries/{deliveryId}:redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook delivery again
         * @description Makes it due at once, whatever became of it, with the same `webhook-id` and a new attempt; should that fail, it is tried anew for about three days. It does not wait where attempts are held back after failures. One that is
         *     being sent in this moment stays as it is. The body of the message is made anew, so `data.operation` is the operation as it is by now. The body of this request is empty.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook receivers
         * @description Yours, newest first, without their secrets.
         */
        get: operations["listWebhookReceivers"];
        put?: never;
        /**
         * Create a webhook receiver
         * @description It is told of every event of your operations that it asks for, from now on, beside the webhooks of single operations. The answer shows its secret, and no other
         *     does. An owner may have 100.
         */
        post: operations["createWebhookReceiver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers/{receiverId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook receiver
         * @description What it is told of, and whether it is enabled. Its secret is not shown.
         */
        get: operations["getWebhookReceiver"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook receiver
         * @description Nothing is sent to it any more; what was still to be sent fails. An attempt that is under way comes to its end.
         */
        delete: operations["deleteWebhookReceiver"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers/{receiverId}:ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ping a webhook receiver
         * @description Sends it a `webhook.ping`, once, to see whether it can be reached and verifies the signature; also while it is disabled. `Location` tells what became of it. The body
         *     is empty.
         */
        post: operations["pingWebhookReceiver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers/{receiverId}:rotateSecret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook receiver
         * @description Signs with a new secret, which this answer shows and no other does. For an overlap of 24 hours, unless the body says otherwise, each message is signed with
         *     the one before it, too: `webhook-signature` then holds two signatures, of which one is enough. `X-Webhook-Signature` is by the new one alone. An older one that still signed ceases at once. The body may be left out.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers/{receiverId}:enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable a webhook receiver
         * @description Sends to it again after it answered 410, and at once if it failed so often that attempts were held back. Events of the time in between are not sent;
         *     `:redeliver` sends those that failed. One that is enabled stays so. The body is empty.
         */
        post: operations["enableWebhookReceiver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhookReceivers/{receiverId}/pings/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what became of a ping
         * @description Its attempts so far. It is kept for a few days.
         */
        get: operations["getPing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Those of your owner, newest first, without what opens; revoked and expired ones too, as `state` says. Keys of the service's configuration, and
         *     tokens, are not among them.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create an API key
         * @description A key of your owner, with the scopes that you name. An `admin` administers all keys of its owner: it may give one scopes that it has not itself. The answer
         *     shows the key, and no other does; when it is lost, revoke what the list shows and create another. An owner may have 100 that are active.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an API key
         * @description What it may do, whether it is active, and when it was last used.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description For good: within 30 seconds every process of the service refuses it, and streams that it opened end. The process that answers refuses it at once. Operations
         *     that were submitted with it go on. A key may revoke itself, and revoking it again is no error.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a file
         * @description Stores the request's body as it is, for an operation to read. Stream it: a file need not fit into memory on either side. Nothing is kept of an
         *     upload that breaks off, and what is in the file is checked only by the operation. An upload that no unfinished operation uses goes after its `expiresAt`: 24 hours by default.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{uploadId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an upload
         * @description The size and checksum of what was stored, to compare with what you sent.
         */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{fileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file
         * @description The bytes of a file, by a signed link. No credential is needed, so take care whom you give the link to: it works for anybody until it ends.
         *     Do not build links yourself: results, reports and file metadata carry them as `downloadUrl`, fresh at each read.
         *
         *     Single ranges are served, so that a broken download can go on where it stopped. HEAD answers the headers alone.
         */
        get: operations["getFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{fileId}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a file's metadata
         * @description Its name, size, checksum and expiry, with a fresh `downloadUrl`. Once its operation has expired or was purged it is a 410 for as long as the
         *     operation is.
         */
        get: operations["getFileMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The contract
         * @description This document, in one piece, with every reference inside it.
         */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The documentation
         * @description This document as a page to read.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a problem code means
         * @description What causes a problem and how to cure it. The `type` of a problem leads here.
         */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description The process runs and answers; nothing else is asked. For a liveness probe.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can it serve
         * @description The service can serve requests. 503 while it cannot reach its database, is starting, or is stopping. For a readiness probe.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "operation.pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.pending
         * @description It waits for its turn, because it was accepted, or is to be tried again.
         */
        post: operations["onPending"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.running": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.running
         * @description A worker has begun it.
         */
        post: operations["onRunning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.cancelling": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.cancelling
         * @description A cancel was accepted, and the work is being stopped.
         */
        post: operations["onCancelling"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.completed
         * @description It is done; `result` is there.
         */
        post: operations["onCompleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.completed_with_errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.completed_with_errors
         * @description It is done, and `result.warnings` says what was left out.
         */
        post: operations["onCompletedWithErrors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.failed
         * @description It failed; `error` says why.
         */
        post: operations["onFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.cancelled
         * @description It was stopped on request.
         */
        post: operations["onCancelled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.progress
         * @description It has got on. Sent at most once a second; the newest says it all.
         */
        post: operations["onProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * webhook.ping
         * @description Somebody asked whether this receiver can be reached.
         */
        post: operations["onPing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /**
         * @description `ORDERS_SUMMARY` has one row for each order, `SALES_BY_PRODUCT` one for each product, `SALES_BY_COUNTRY` one for each country, and
         *     `CUSTOMER_ACTIVITY` one for each customer who ordered.
         * @enum {string}
         */
        ReportType: "ORDERS_SUMMARY" | "SALES_BY_PRODUCT" | "SALES_BY_COUNTRY" | "CUSTOMER_ACTIVITY";
        /** @description From one day to another, both included, by order date in UTC. */
        DateRange: {
            /**
             * Format: date
             * @description The first day.
             */
            fromDate: string;
            /**
             * Format: date
             * @description The last day; not before `fromDate`.
             */
            toDate: string;
        };
        /**
         * @description `CSV` has one header row and no total row. `JSON` is one document. `PDF` has totals, a chart and a table of the first 5,000 rows.
         * @enum {string}
         */
        ReportFormat: "CSV" | "PDF" | "JSON";
        /**
         * @description `SAMPLE`: the rows that come with the service and that everybody reads. `IMPORTED`: the rows that you imported. As a filter, left out: both.
         * @enum {string}
         */
        Source: "SAMPLE" | "IMPORTED";
        /** @description Exactly this value, letter case included. */
        FilterText: string;
        /** @description Only orders that match all of these. */
        ReportFilters: {
            source?: components["schemas"]["Source"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
            segment?: components["schemas"]["FilterText"];
            category?: components["schemas"]["FilterText"];
        };
        /**
         * @description Orders your own operations among each other and takes no turn from another owner. `NORMAL` unless you say otherwise. Nothing starves: a
         *     `NORMAL` one stands level with a `HIGH` one that came a minute later, a `LOW` one with a `HIGH` one that came five minutes later.
         * @enum {string}
         */
        Priority: "LOW" | "NORMAL" | "HIGH";
        /**
         * @description Up to 16 labels of your own, to find the operation again (`GET /operations?label=team:crm`). A key has 1–63 letters, digits, `.`, `_` or `-`,
         *     and begins with a letter or digit; a value has up to 64 characters of any kind.
         * @example {
         *       "team": "crm"
         *     }
         */
        Labels: {
            [key: string]: string;
        };
        /**
         * Format: date-time
         * @description Starts not before this instant, at most 30 days ahead; any offset is understood. An instant that is past starts it at once.
         * @example 2026-11-22T06:00:00Z
         */
        StartAfter: string;
        /**
         * @description Begins with `https://`, names a public address, and holds neither a user nor a fragment; otherwise 422 `UNSAFE_URL`. It is examined again whenever
         *     something is sent.
         * @example https://hooks.example.com/longrun
         */
        WebhookUrl: string;
        /**
         * @description A status that the operation comes to, or `PROGRESS`: it has got on, told at most once a second.
         * @enum {string}
         */
        WebhookEvent: "PENDING" | "RUNNING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROGRESS";
        /**
         * @description What to be told of. Left out, of the end.
         * @default [
         *       "COMPLETED",
         *       "COMPLETED_WITH_ERRORS",
         *       "FAILED",
         *       "CANCELLED"
         *     ]
         */
        WebhookEvents: components["schemas"]["WebhookEvent"][];
        /**
         * @description What signs the messages: `whsec_` and 24–64 bytes in base64, or any other 16–255 printable ASCII characters. Left out, one is made. It is stored
         *     encrypted, and shown where it is set and nowhere else.
         * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
         */
        WebhookSecret: string;
        /** @description Where to tell of this operation. Each message is signed; the section on webhooks says how. `:retry` keeps it for the new operation, with the same secret. */
        Webhook: {
            url: components["schemas"]["WebhookUrl"];
            events?: components["schemas"]["WebhookEvents"];
            secret?: components["schemas"]["WebhookSecret"];
        };
        /**
         * @description Checks the request, estimates the work, starts nothing, and answers 200 instead of 202.
         * @default false
         */
        ValidateOnly: boolean;
        /** @description What to report on, over which days, as what. */
        GenerateReportRequest: {
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description What can be foreseen; empty when nothing can. */
        Estimate: {
            /** @description Rows that would be read or written. */
            rows?: number;
            /** @description How long it would run. */
            seconds?: number;
        };
        /** @description The request is valid, and this is what it would cost. */
        Validation: {
            /**
             * @description Always `true`; an invalid request answers a problem instead.
             * @constant
             */
            valid: true;
            estimate: components["schemas"]["Estimate"];
        };
        /**
         * @description `op_` and a UUIDv7, so that ids sort by creation.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /**
         * @description Where the operation is in its life. `COMPLETED`, `COMPLETED_WITH_ERRORS`, `FAILED` and `CANCELLED` are final.
         * @enum {string}
         */
        Status: "PENDING" | "RUNNING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED";
        /** @description One part of the work. */
        Phase: {
            /** @description Its name, for example `DATA_PROCESSING`. */
            name: string;
            /**
             * @description How far it is. `SKIPPED`: it never began, and will not. `COMPENSATING`: what it did is being undone; `COMPENSATED`: that is done.
             * @enum {string}
             */
            status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED" | "SKIPPED" | "COMPENSATING" | "COMPENSATED";
            /** @description Of this phase. */
            percentage?: number;
            /** @description Seconds it took, or has taken so far. */
            duration?: number;
        };
        /** @description How far the work is. The percentage never falls, and is 100 only when the work is done. */
        Progress: {
            /** @description Of the whole work. */
            percentage: number;
            /** @description Units done in the present phase. */
            current?: number;
            /** @description Units in the present phase. */
            total?: number;
            /** @description The present phase. */
            phase?: string;
            /** @description What is being done; for a person. */
            message?: string;
            /** @description All phases of the type, in order. */
            phases?: components["schemas"]["Phase"][];
        };
        /**
         * Format: date-time
         * @description An instant in UTC, RFC 3339, always with `Z`.
         * @example 2026-11-21T09:00:00.000Z
         */
        Timestamp: string;
        /** @description One place that is wrong, and how to mend it. It has a `pointer` or a `parameter`. */
        ProblemPlace: {
            /** @description JSON Pointer (RFC 6901) into the request's body. */
            pointer?: string;
            /** @description Name of the query parameter, path parameter or header. */
            parameter?: string;
            /** @description What is wrong there, and what would be right. */
            message: string;
        };
        /**
         * @description What went wrong, by RFC 9457. Decide by `code`, which is stable; show `detail` to a person; quote `requestId` when you report a fault. The
         *     `error` of an operation has the same shape.
         */
        Problem: {
            /**
             * Format: uri-reference
             * @description A page that explains the code's cause and cure.
             * @example /problems/NO_DATA_IN_RANGE
             */
            type: string;
            /** @description The kind of problem, in words; the same for every problem of its code. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong this time, and what to do about it. */
            detail: string;
            /**
             * Format: uri-reference
             * @description What it concerns; the path of the request or of the operation.
             */
            instance?: string;
            /**
             * @description The problem's name, for programs. Stable.
             * @example NO_DATA_IN_RANGE
             */
            code: string;
            timestamp: components["schemas"]["Timestamp"];
            /** @description The request that it answers. Absent in the `error` of an operation. */
            requestId?: string;
            /** @description Each place that is wrong, when places can be named. */
            errors?: components["schemas"]["ProblemPlace"][];
            /** @description Whether the same request may succeed later. */
            retryable?: boolean;
            /** @description Seconds until trying again is useful. */
            retryAfter?: number;
            expiredAt?: components["schemas"]["Timestamp"];
        };
        /** @description Seconds between polls that make sense. Advice; `Retry-After` says the same as `recommended`. */
        PollInterval: {
            /** @description Sooner is not useful. */
            recommended: number;
            /** @description Sooner is not polite. */
            minimum: number;
        };
        /** @description The webhook that it was submitted with. Its URL is not shown. */
        OperationWebhook: {
            /** @description Whether messages are sent to it: until it answers 410. */
            registered: boolean;
            events: components["schemas"]["WebhookEvents"];
            /** @description Only in the answer to the submit, and in that answer's replays. Keep it. */
            secret?: components["schemas"]["WebhookSecret"];
        };
        /** @description What can be done with the operation now. A link is present exactly when following it would work. */
        OperationLinks: {
            /**
             * Format: uri-reference
             * @description GET reads it.
             */
            self: string;
            /**
             * Format: uri-reference
             * @description GET reads its history.
             */
            events: string;
            /**
             * Format: uri-reference
             * @description GET reads its log.
             */
            logs: string;
            /**
             * Format: uri-reference
             * @description GET follows it, as server-sent events.
             */
            stream: string;
            /**
             * Format: uri-reference
             * @description A WebSocket follows it; `ws:` or `wss:` when it is absolute.
             */
            socket: string;
            /**
             * Format: uri-reference
             * @description POST cancels it. Present until it is done.
             */
            cancel?: string;
            /**
             * Format: uri-reference
             * @description POST starts it anew. Present once it is `FAILED`, `CANCELLED` or `COMPLETED_WITH_ERRORS`, until that is done.
             */
            retry?: string;
            /**
             * Format: uri-reference
             * @description POST removes it and all it made. Present once it is done.
             */
            purge?: string;
            /**
             * Format: uri-reference
             * @description GET redirects to the result. Present once it is completed.
             */
            result?: string;
        };
        /** @description What every operation has, whatever its type. The input is never echoed. */
        OperationFields: {
            operationId: components["schemas"]["OperationId"];
            /** @description The `operationId` of the request that submitted it. It says what `result` is. */
            type: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until it is true. */
            done: boolean;
            /** @description How often a worker has taken it. */
            attempt: number;
            /** @description Attempts that failed. A lost machine or a restart of the service is no failure. */
            failures: number;
            /** @description How many failures it may have before it is `FAILED`. */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description Why it failed. Present exactly when `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description Why it was cancelled, if whoever did said so. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When status or progress last changed. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description When a worker began it. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description When it will be done if it goes on as it does, or before it has progress, if it takes as long as its type has lately. Absent when there is nothing to go by, and while it waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description Present exactly when `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description Present exactly when `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description Present exactly when `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the record, its result and its files go. Present once it is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description Not before this instant; as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description Seconds from its start to its end, or to now while it runs. */
            duration?: number;
            /** @description Its place among your own that wait, while `PENDING`. Absent beyond 1,000. */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this one repeats. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that repeats this one. */
            retriedBy?: components["schemas"]["OperationId"];
            /**
             * Format: uri-reference
             * @description The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
        };
        /** @description An operation. Its `type` says which one, and so what its `result` is; `result` is present exactly when it is completed. */
        Operation: components["schemas"]["CancelOperationsOperation"] | components["schemas"]["DeliveryOperation"] | components["schemas"]["ExportOperation"] | components["schemas"]["ReportOperation"] | components["schemas"]["ImportOperation"] | components["schemas"]["RetryOperationsOperation"];
        /**
         * @description `report_` and a UUIDv7.
         * @example report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ReportId: string;
        /**
         * Format: uri-reference
         * @description The report as a resource of its own.
         * @example /api/v1/reports/report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ReportUrl: string;
        /**
         * Format: uri-reference
         * @description A signed link to the file; whoever has it can read the file, without a credential, until it ends (24 hours by default). Each read of this resource
         *     gives one that lasts at least 12 hours more.
         * @example /api/v1/files/file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33?expires=1795345200&signature=kq3F0cL1mQ
         */
        DownloadUrl: string;
        /** @description Bytes. */
        Size: number;
        /** @description Rows of data; a header is not counted. */
        RowCount: number;
        /** @description Something that was left out. */
        Warning: {
            /** @description What, for programs. */
            code: string;
            /** @description What, for a person. */
            message: string;
            /** @description How many records. */
            affectedRecords?: number;
        };
        /** @description What was left out. Only of an operation that is `COMPLETED_WITH_ERRORS`. */
        Warnings: components["schemas"]["Warning"][];
        /** @description The report that was made. */
        ReportResult: {
            reportId: components["schemas"]["ReportId"];
            url: components["schemas"]["ReportUrl"];
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ReportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            generatedAt: components["schemas"]["Timestamp"];
            /** @description When report and file go. */
            expiresAt: components["schemas"]["Timestamp"];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description A report, and what was asked for. */
        Report: {
            reportId: components["schemas"]["ReportId"];
            operationId: components["schemas"]["OperationId"];
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            filters: components["schemas"]["ReportFilters"];
            url: components["schemas"]["ReportUrl"];
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ReportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            generatedAt: components["schemas"]["Timestamp"];
            /** @description When report and file go. */
            expiresAt: components["schemas"]["Timestamp"];
        };
        /** @description The report that the operation made. Present once it is completed. */
        ReportReference: {
            /** @constant */
            type: "report";
            id: components["schemas"]["ReportId"];
            /** @description The report itself, as `GET /reports/{reportId}` answers it. Only with `expand=resource`. */
            report?: components["schemas"]["Report"];
        };
        /** @description An operation of type `generateReport`. */
        ReportOperation: {
            /** @constant */
            type?: "generateReport";
            result?: components["schemas"]["ReportResult"];
            resource?: components["schemas"]["ReportReference"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "generateReport";
        });
        /**
         * @description `CSV` has one header row. `NDJSON` has one object a line.
         * @enum {string}
         */
        ExportFormat: "CSV" | "NDJSON";
        /** @description Which columns, in which order. Left out, all of them. */
        CustomerColumns: ("customerId" | "name" | "segment" | "source" | "orderCount" | "sales" | "firstOrderDate" | "lastOrderDate")[];
        /** @description Only customers who match all of these. `country`, `region` and `state` are where they had an order sent. */
        CustomerFilters: {
            source?: components["schemas"]["Source"];
            segment?: components["schemas"]["FilterText"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
        };
        /** @description Which customers to export, with which columns, as what. */
        ExportCustomersRequest: {
            format: components["schemas"]["ExportFormat"];
            columns?: components["schemas"]["CustomerColumns"];
            filters?: components["schemas"]["CustomerFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description The file that was made. */
        ExportResult: {
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ExportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            /** @description When the file goes. */
            expiresAt: components["schemas"]["Timestamp"];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `exportCustomers`. */
        ExportOperation: {
            /** @constant */
            type?: "exportCustomers";
            result?: components["schemas"]["ExportResult"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "exportCustomers";
        });
        /** @description A customer, as the orders name them. */
        Customer: {
            /** @description Unique within its source. */
            customerId: string;
            /** @description The customer's name. */
            name: string;
            /** @description The market segment, for example `Consumer`. */
            segment: string;
            source: components["schemas"]["Source"];
        };
        /** @description Send it as `pageToken` to get the next page. Absent on the last one. */
        NextPageToken: string;
        /** @description One page of a list. */
        CustomerPage: {
            /** @description Sorted by customer id. */
            customers: components["schemas"]["Customer"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description The id of an upload of yours, `upload_` and a UUIDv7.
         * @example upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10
         */
        UploadId: string;
        /** @description Which upload to import. */
        ImportOrdersRequest: {
            uploadId: components["schemas"]["UploadId"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description What became of the file's rows. `rowsRead` is the sum of the other three. */
        ImportResult: {
            /** @description Rows of data in the file. */
            rowsRead: number;
            /** @description New rows. */
            rowsLoaded: number;
            /** @description Rows that were there already with the same content. */
            rowsUnchanged: number;
            /** @description Rows in the reject file. */
            rowsRejected: number;
            /**
             * Format: uri-reference
             * @description A signed link to the rejected rows as CSV, each with line, column and reason. Absent when none was rejected.
             */
            rejectUrl?: string;
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `importOrders`. */
        ImportOperation: {
            /** @constant */
            type?: "importOrders";
            result?: components["schemas"]["ImportResult"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "importOrders";
        });
        /**
         * Format: date
         * @description A day in UTC, `YYYY-MM-DD`.
         * @example 2017-01-31
         */
        Day: string;
        /** @description An order without its lines. */
        OrderFields: {
            /** @description Unique within its source. */
            orderId: string;
            /** @description Who ordered. */
            customerId: string;
            /** @description Who ordered, by name. */
            customerName: string;
            orderDate: components["schemas"]["Day"];
            shipDate: components["schemas"]["Day"];
            /** @description How it was sent, for example `Second Class`. */
            shipMode: string;
            /** @description Where it was sent. */
            country: string;
            /** @description Part of the country. */
            region: string;
            /** @description State of the country. */
            state: string;
            /** @description City. */
            city: string;
            /** @description As text: leading zeros count. */
            postalCode: string;
            source: components["schemas"]["Source"];
        };
        /** @description An order in a list. */
        OrderSummary: components["schemas"]["OrderFields"];
        /** @description One page of a list. */
        OrderPage: {
            /** @description Newest order date first. */
            orders: components["schemas"]["OrderSummary"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description A plain decimal number, as text so that no digit is lost.
         * @example 261.9600
         */
        Decimal: string;
        /** @description One product of an order. */
        OrderLine: {
            /** @description The row's key in the file it came from. */
            rowId: number;
            /** @description What was ordered. */
            productId: string;
            /** @description What was ordered, by name. */
            productName: string;
            /** @description For example `Furniture`. */
            category: string;
            /** @description For example `Bookcases`. */
            subCategory: string;
            sales: components["schemas"]["Decimal"];
            /** @description Pieces. */
            quantity: number;
            discount: components["schemas"]["Decimal"];
            profit: components["schemas"]["Decimal"];
        };
        /** @description An order with its lines. */
        Order: {
            /** @description Sorted by row id. */
            lines: components["schemas"]["OrderLine"][];
        } & components["schemas"]["OrderFields"];
        /**
         * @description Where the lines are reserved; handed to the stock vendor as it is.
         * @example east
         */
        Warehouse: string;
        /**
         * @description What is charged; handed to the payment vendor as it is. A token of that vendor, never a card number.
         * @example card_on_file
         */
        PaymentMethod: string;
        /**
         * @description How it is sent; handed to the carrier as it is.
         * @example express
         */
        CarrierService: string;
        /**
         * @description Who is told; handed to the confirmation vendor as it is.
         * @example claire@example.com
         */
        Contact: string;
        /** @description How to deliver. May be left out, and so may every field. */
        DeliverOrderRequest: {
            warehouse?: components["schemas"]["Warehouse"];
            paymentMethod?: components["schemas"]["PaymentMethod"];
            carrierService?: components["schemas"]["CarrierService"];
            contact?: components["schemas"]["Contact"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description What became of the order. */
        DeliveryResult: {
            /** @description The order that is delivered. */
            orderId: string;
            /** @description What the carrier knows the delivery by. */
            trackingNumber: string;
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description The order that the operation delivers. Present from the beginning. */
        OrderReference: {
            /** @constant */
            type: "order";
            /** @description The order's id. */
            id: string;
            /** @description The order itself, as `GET /orders/{orderId}` answers it. Only with `expand=resource`. */
            order?: components["schemas"]["Order"];
        };
        /** @description An operation of type `deliverOrder`. */
        DeliveryOperation: {
            /** @constant */
            type?: "deliverOrder";
            result?: components["schemas"]["DeliveryResult"];
            resource?: components["schemas"]["OrderReference"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "deliverOrder";
        });
        /**
         * @description A status. Lower case means the same, and `PROCESSING` means `RUNNING`.
         * @enum {string}
         */
        StatusFilter: "PENDING" | "RUNNING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROCESSING" | "pending" | "running" | "cancelling" | "completed" | "completed_with_errors" | "failed" | "cancelled" | "processing";
        /** @description One page of a list. */
        OperationPage: {
            /** @description Newest first. */
            operations: components["schemas"]["Operation"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
            /** @description How many match in all. Only with `includeTotal`. */
            totalSize?: number;
        };
        /** @description Ids to look up, in any order. One that is given twice is answered once. */
        BatchGetIds: string[];
        /** @description Which operations. */
        BatchGetRequest: {
            operationIds: components["schemas"]["BatchGetIds"];
        };
        /** @description Every id asked for is in one of the two. */
        BatchGetAnswer: {
            /** @description In the order asked for. */
            operations: components["schemas"]["Operation"][];
            /** @description Ids that are malformed, unknown, expired, or another owner's. */
            notFound: string[];
        };
        /** @description In one of these statuses. */
        StatusesFilter: components["schemas"]["StatusFilter"][];
        /** @description Of this type. */
        TypeFilter: string;
        /** @description With all of these labels, each as `key:value`. */
        LabelsFilter: string[];
        /**
         * @description Which of your operations; only those that match all of it. It says at least one thing. The requests that act on many operations are never matched
         *     themselves.
         */
        OperationFilter: {
            status?: components["schemas"]["StatusesFilter"];
            type?: components["schemas"]["TypeFilter"];
            label?: components["schemas"]["LabelsFilter"];
            /**
             * Format: date-time
             * @description Created at this instant or later.
             */
            createdAfter?: string;
            /**
             * Format: date-time
             * @description Created before this instant.
             */
            createdBefore?: string;
        };
        /** @description Why; kept with the operation and shown as its `reason`. */
        CancelReason: string;
        /** @description Which operations to cancel, and why. */
        CancelOperationsRequest: {
            filter: components["schemas"]["OperationFilter"];
            reason?: components["schemas"]["CancelReason"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description What became of the operations that the filter matched when each was come to. */
        BulkResult: {
            /** @description Those that it matched: `done` and `skipped` together. */
            matched: number;
            /** @description Those that were cancelled (or are being cancelled still), or started anew. */
            done: number;
            /** @description Those with which that could not be done: to be cancelled they had ended already; to be started anew they had not ended, had ended well, or had been retried. */
            skipped: number;
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `cancelOperations`. */
        CancelOperationsOperation: {
            /** @constant */
            type?: "cancelOperations";
            result?: components["schemas"]["BulkResult"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "cancelOperations";
        });
        /** @description Which operations to start anew. */
        RetryOperationsRequest: {
            filter: components["schemas"]["OperationFilter"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description An operation of type `retryOperations`. */
        RetryOperationsOperation: {
            /** @constant */
            type?: "retryOperations";
            result?: components["schemas"]["BulkResult"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "retryOperations";
        });
        /** @description Counts the events of one operation from 0, its creation, without a gap. Nothing comes after the end. */
        Sequence: number;
        /**
         * @description What happened: `status-update`, status or progress moved; `log`, a line of its log; `completed` (with errors, too), `failed` and `cancelled`, the end.
         * @enum {string}
         */
        EventName: "status-update" | "log" | "completed" | "failed" | "cancelled";
        /** @description Of a `log` its `message` and its `data`; of `completed` the operation's `result`, as it is now; of `failed` its `error`. */
        EventData: {
            /** @description What the line says, up to 1,000 characters. */
            message?: string;
            /** @description What the line holds for programs, up to 4 KB. */
            data?: {
                [key: string]: unknown;
            };
            /** @description The `result` of the operation, with fresh links. */
            result?: {
                [key: string]: unknown;
            };
            error?: components["schemas"]["Problem"];
        };
        /** @description One thing that happened to an operation. */
        EventFields: {
            /** @description Whose event it is. Only where the events of several operations come together. */
            operationId?: components["schemas"]["OperationId"];
            sequence: components["schemas"]["Sequence"];
            event: components["schemas"]["EventName"];
            timestamp: components["schemas"]["Timestamp"];
            /** @description The operation's status from then on. */
            status: components["schemas"]["Status"];
            /** @description How far it was. Only when that moved. */
            progress?: components["schemas"]["Progress"];
            /** @description The attempt that it belongs to; 0 before the first. */
            attempt?: number;
            /**
             * @description Who did it: one of your credentials, by a name that is no part of it (`key:` and the visible prefix of an API key, `jwt:` and the subject of a token); `worker`; or
             *     `operation:` and the id of your operation that acts on many. `owner` in what is older than such names.
             * @example key:5e884898
             * @example worker
             * @example operation:op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
             */
            actor?: string;
            /**
             * @description The address that the request came from, IPv4 or IPv6. Only of what one of your credentials did.
             * @example 203.0.113.7
             */
            address?: string;
            /** @description Why; for a person. */
            reason?: string;
            data?: components["schemas"]["EventData"];
        };
        /** @description One thing that happened to an operation. */
        Event: components["schemas"]["EventFields"];
        /** @description May be left out. */
        CancelRequest: {
            reason?: components["schemas"]["CancelReason"];
        };
        /** @description A part of an operation's history. */
        EventList: {
            /** @description Oldest first. */
            events: components["schemas"]["Event"][];
        };
        /** @description A line of an operation's log. */
        LogLine: {
            sequence: components["schemas"]["Sequence"];
            timestamp: components["schemas"]["Timestamp"];
            /** @description The attempt that wrote it. */
            attempt: number;
            /** @description What it says, up to 1,000 characters. */
            message: string;
            /** @description What it holds for programs, up to 4 KB. */
            data?: {
                [key: string]: unknown;
            };
        };
        /** @description A part of an operation's log. */
        LogList: {
            /** @description Oldest first. */
            logs: components["schemas"]["LogLine"][];
        };
        /**
         * @description What happened: `STATUS_UPDATE`, status or progress moved; `LOG`, a line of its log; `COMPLETED` (with errors, too), `FAILED` and `CANCELLED`, the end.
         * @enum {string}
         */
        SocketEventName: "STATUS_UPDATE" | "LOG" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** @description One thing that happened to an operation, as a message of a WebSocket. */
        SocketEvent: {
            event: components["schemas"]["SocketEventName"];
            operationId: components["schemas"]["OperationId"];
            sequence: components["schemas"]["Sequence"];
            timestamp: components["schemas"]["Timestamp"];
            /** @description The operation's status from then on. */
            status: components["schemas"]["Status"];
            /** @description How far it was. Only when that moved. */
            progress?: components["schemas"]["Progress"];
            /** @description The attempt that it belongs to; 0 before the first. */
            attempt?: number;
            /**
             * @description Who did it: one of your credentials, by a name that is no part of it (`key:` and the visible prefix of an API key, `jwt:` and the subject of a token); `worker`; or
             *     `operation:` and the id of your operation that acts on many. `owner` in what is older than such names.
             */
            actor?: string;
            /** @description The address that the request came from, IPv4 or IPv6. Only of what one of your credentials did. */
            address?: string;
            /** @description Why; for a person. */
            reason?: string;
            data?: components["schemas"]["EventData"];
        };
        /**
         * @description `dlv_` and a UUIDv7; the `webhook-id` of the message, over all of its attempts.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryId: string;
        /**
         * @description `whr_` and a UUIDv7.
         * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverId: string;
        /**
         * @description How the last attempt went. `ACKNOWLEDGED`: 2xx. `REFUSED`: another status. `REDIRECTED`: 3xx, which nobody follows. `GONE`: 410, nothing more is
         *     sent to it. `TIMED_OUT`: no answer in time. `UNREACHABLE`: no name, no connection, no TLS, or no HTTP. `BLOCKED`: the address is not a public one. `DISABLED`: the
         *     receiver was disabled or deleted before anything was sent.
         * @enum {string}
         */
        DeliveryOutcome: "ACKNOWLEDGED" | "REFUSED" | "REDIRECTED" | "GONE" | "TIMED_OUT" | "UNREACHABLE" | "BLOCKED" | "DISABLED";
        /** @description One attempt to send it. Of the answer no more is told than the class of its status. */
        DeliveryAttempt: {
            /** @description Which one. A number is missing when the service stopped amid an attempt. */
            attempt: number;
            startedAt: components["schemas"]["Timestamp"];
            /** @description Seconds. */
            duration: number;
            outcome: components["schemas"]["DeliveryOutcome"];
            /**
             * @description Of the answer. Absent without one.
             * @enum {string}
             */
            statusClass?: "2xx" | "3xx" | "4xx" | "5xx";
        };
        /** @description One message to one who is told, and what became of it. */
        Delivery: {
            deliveryId: components["schemas"]["DeliveryId"];
            /** @description The operation that it tells of. Absent of a ping. */
            operationId?: components["schemas"]["OperationId"];
            /** @description To whom. Absent: to the webhook that the operation was submitted with. */
            receiverId?: components["schemas"]["ReceiverId"];
            /**
             * @description What it tells.
             * @enum {string}
             */
            event: "PENDING" | "RUNNING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROGRESS" | "PING";
            /** @description That of the event in the operation's history; 0 for its creation and for pings. */
            sequence: number;
            /**
             * @description `PENDING`: it is sent now or at `nextAttempt`. `DELIVERED`: acknowledged with 2xx. `FAILED`: given up, after about three days or because the receiver
             *     was disabled or deleted. `BLOCKED`: the address is not a public one, and nothing was sent.
             * @enum {string}
             */
            state: "PENDING" | "DELIVERED" | "FAILED" | "BLOCKED";
            outcome?: components["schemas"]["DeliveryOutcome"];
            createdAt: components["schemas"]["Timestamp"];
            /** @description Not sent again before this instant. Present exactly when `PENDING`. */
            nextAttempt?: components["schemas"]["Timestamp"];
            /** @description The latest ones, up to 100; oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
        };
        /** @description One page of a list. */
        DeliveryPage: {
            /** @description Newest first. */
            deliveries: components["schemas"]["Delivery"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description What it is for, in your words. */
        ReceiverDescription: string;
        /** @description Who is told of all of your operations. */
        WebhookReceiver: {
            receiverId: components["schemas"]["ReceiverId"];
            url: components["schemas"]["WebhookUrl"];
            events: components["schemas"]["WebhookEvents"];
            description?: components["schemas"]["ReceiverDescription"];
            /**
             * @description Nothing but pings is sent to one that is `DISABLED`; `:enable` ends that.
             * @enum {string}
             */
            state: "ENABLED" | "DISABLED";
            /**
             * @description Present exactly when `DISABLED`. `GONE`: it answered 410.
             * @enum {string}
             */
            disabledReason?: "GONE";
            /** @description Only in the answer that creates it. Keep it. */
            secret?: components["schemas"]["WebhookSecret"];
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description One page of a list. */
        WebhookReceiverPage: {
            /** @description Newest first. */
            webhookReceivers: components["schemas"]["WebhookReceiver"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description Where to tell of all of your operations. */
        CreateWebhookReceiverRequest: {
            url: components["schemas"]["WebhookUrl"];
            events?: components["schemas"]["WebhookEvents"];
            secret?: components["schemas"]["WebhookSecret"];
            description?: components["schemas"]["ReceiverDescription"];
        };
        /**
         * @description Seconds for which the secret that was in use until now signs beside the new one.
         * @default 86400
         */
        SecretOverlap: number;
        /** @description May be left out. */
        RotateWebhookSecretRequest: {
            secret?: components["schemas"]["WebhookSecret"];
            overlap?: components["schemas"]["SecretOverlap"];
        };
        /** @description The new secret. */
        RotatedSecret: {
            receiverId: components["schemas"]["ReceiverId"];
            secret: components["schemas"]["WebhookSecret"];
            /** @description When the one before it ceases to sign. Absent when it has already. */
            previousSecretUntil?: components["schemas"]["Timestamp"];
        };
        /**
         * @description `key_` and a UUIDv7. It names the key, and opens nothing.
         * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyId: string;
        /**
         * @description Who uses it and what for, in your words.
         * @example nightly reports
         */
        KeyName: string;
        /**
         * @description How the key begins. It tells keys apart, in histories too, and opens nothing.
         * @example lr_4Kd9xQ2m
         */
        KeyPrefix: string;
        /**
         * @description `admin` makes, lists and revokes keys of its owner.
         * @enum {string}
         */
        Scope: "operations:read" | "operations:write" | "operations:cancel" | "admin";
        /** @description All that the key may do. */
        Scopes: components["schemas"]["Scope"][];
        /** @description An API key, without what opens. */
        Key: {
            keyId: components["schemas"]["KeyId"];
            name: components["schemas"]["KeyName"];
            prefix: components["schemas"]["KeyPrefix"];
            scopes: components["schemas"]["Scopes"];
            /**
             * @description Only one that is `ACTIVE` opens anything. The others are listed for 90 days or more.
             * @enum {string}
             */
            state: "ACTIVE" | "EXPIRED" | "REVOKED";
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description The credential that made it: `key:` and the prefix of a key, `jwt:` and the subject of a token; or `script`.
             * @example key:lr_7Hq2mXbA
             */
            createdBy: string;
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description To about a minute. Absent when it has not been used. */
            lastUsedAt?: components["schemas"]["Timestamp"];
            revokedAt?: components["schemas"]["Timestamp"];
        };
        /** @description One page of a list. */
        KeyPage: {
            /** @description Newest first. */
            keys: components["schemas"]["Key"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * Format: date-time
         * @description From then on the key opens nothing. RFC 3339, in UTC, in the future. Left out, it does not expire.
         * @example 2027-02-19T09:00:00.000Z
         */
        KeyExpiry: string;
        /** @description What the key is for, and what it may do. */
        CreateKeyRequest: {
            name: components["schemas"]["KeyName"];
            scopes: components["schemas"]["Scopes"];
            expiresAt?: components["schemas"]["KeyExpiry"];
        };
        /** @description The key, and what is known of it. Only this answer shows it. */
        CreatedKey: {
            /**
             * @description What to send as `Authorization: Bearer <key>`. It is not kept, and not shown again: store it now.
             * @example lr_4Kd9xQ2m_Gq3kVn8TzWb1YcR5sHd7LpJ0xFm2NaE9uQt6oIi4KyC
             */
            key: string;
            keyId: components["schemas"]["KeyId"];
            name: components["schemas"]["KeyName"];
            prefix: components["schemas"]["KeyPrefix"];
            scopes: components["schemas"]["Scopes"];
            /**
             * @description It opens from now on.
             * @constant
             */
            state: "ACTIVE";
            createdAt: components["schemas"]["Timestamp"];
            /** @description The credential that made it. */
            createdBy: string;
            expiresAt?: components["schemas"]["Timestamp"];
        };
        /** @description A file that you sent in. */
        Upload: {
            uploadId: components["schemas"]["UploadId"];
            /** @description The `Content-Type` it was sent with. */
            mediaType: string;
            /** @description Bytes. */
            size: number;
            /** @description SHA-256 of the bytes, in hex; compare it with your own. */
            sha256: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When it goes unless an operation uses it. */
            expiresAt: components["schemas"]["Timestamp"];
        };
        /** @description A file that an operation made. */
        File: {
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            operationId: components["schemas"]["OperationId"];
            /** @description The name it is saved under. */
            name: string;
            /** @description The `Content-Type` it is served with. */
            mediaType: string;
            size: components["schemas"]["Size"];
            /** @description SHA-256 of the bytes, in hex. */
            sha256: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the file goes, with its operation. */
            expiresAt: components["schemas"]["Timestamp"];
            downloadUrl: components["schemas"]["DownloadUrl"];
        };
        /** @description It works. */
        Health: {
            /**
             * @description Always `ok`; what does not work answers with a problem instead.
             * @constant
             */
            status: "ok";
        };
        /** @description What it is about. */
        OperationMessageData: {
            operation: components["schemas"]["Operation"];
        };
        /**
         * @description Something that happened to an operation. `event`, `status` and `timestamp` are those of the moment that it tells of; `data.operation` is the operation as it was
         *     when the message was sent, which may be later. Messages may arrive out of order and more than once.
         */
        OperationMessage: {
            /** @description `operation.` and the event in lower case. */
            type: string;
            event: components["schemas"]["WebhookEvent"];
            /** @description When it happened. */
            timestamp: components["schemas"]["Timestamp"];
            operationId: components["schemas"]["OperationId"];
            status: components["schemas"]["Status"];
            /** @description The operation's `result`, once it is completed. */
            result?: Record<string, never>;
            /** @description The operation's `error`, once it is `FAILED`. */
            error?: components["schemas"]["Problem"];
            data: components["schemas"]["OperationMessageData"];
        };
        /** @description What it is about. */
        PingMessageData: {
            receiverId: components["schemas"]["ReceiverId"];
        };
        /** @description Nothing happened; somebody wants to know whether you can be reached. */
        PingMessage: {
            /**
             * @description Always `webhook.ping`.
             * @constant
             */
            type: "webhook.ping";
            /**
             * @description Always `PING`.
             * @constant
             */
            event: "PING";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["PingMessageData"];
        };
    };
    responses: {
        /** @description With `validateOnly`, what a submit would cost; nothing was started. With `Prefer: wait=N`, the operation, when it has ended within that time. */
        ValidatedOrEnded: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Content-Location": components["headers"]["ContentLocation"];
                "Preference-Applied": components["headers"]["PreferenceApplied"];
                "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Validation"] | components["schemas"]["Operation"];
            };
        };
        /** @description The request is malformed: its syntax, a query parameter, or a header. `errors` names each place. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no credential, or it is not known. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WWWAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The credential lacks the scope that this request needs. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body did not come: nothing of it for 30 seconds, or a JSON body not within 60. The connection is closed. */
        RequestTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Your uploads and result files take as much as they may, or would with this one. */
        StorageFull: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The operation's retention is over, or it was purged; record, result and files are gone. */
        OperationExpired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the limit. */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The content type is none of those listed, or the body is compressed. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is JSON, and breaks the schema or a rule, its webhook is one that nothing is sent to, or the key was used for another request. `errors` names each place. */
        UnprocessableSubmit: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The credential has sent all the submits that it may in the present minute, or its owner has as many operations that have not ended as it may. Nothing was started. */
        TooManyRequestsOrOperations: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the service, logged under the request's id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The service cannot reach its database, is starting, or is stopping. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is another owner's; the two look alike. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Its retention is over; it was removed. */
        Expired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The credential has sent all the requests of this class that it may in the present minute. Nothing was done. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is JSON, and breaks the schema or a rule. `errors` names each place. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The cursor is over its hour. Read the list, and begin anew without it. */
        CursorTooOld: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description As many streams and sockets are open for the credential as it may have, or it has sent all the reads that it may in the present minute. */
        TooManyRequestsOrStreams: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such operation, or it is another owner's; the two look alike. */
        OperationNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It has ended otherwise, and what is final never changes. */
        CannotCancel: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It is still active, is `COMPLETED`, or has been retried already; `detail` then names the operation that repeats it. Or nothing is left of what you may store. */
        CannotRetry: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It has not finished, so that there is more to come. */
        CannotPurge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no result: not yet (`NOT_FINISHED`, with `Retry-After`), or never. Why it failed is in the `error` of the operation. */
        NoResult: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterWhileActive"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description There is nothing to go on from: the operation's retention is over, or it was purged (`OPERATION_EXPIRED`); or its history does not reach as far as the id that was
         *     sent (`CURSOR_GONE`).
         */
        CursorGone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The credential lacks the scope that this request needs, or the page that asks is of an origin that is not allowed. */
        ForbiddenOrigin: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not ask for a WebSocket, or for another version than 13. */
        UpgradeRequired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                Upgrade: components["headers"]["Upgrade"];
                "Sec-WebSocket-Version": components["headers"]["SecWebSocketVersion"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such operation, or it has no such delivery, or they are another owner's; these look alike. */
        DeliveryNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description An owner may have 100 receivers. */
        TooManyReceivers: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is JSON, and breaks the schema, or its URL is one that nothing is sent to. `errors` names each place. */
        UnprocessableReceiver: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description An owner may have 100 keys that are active. */
        TooManyKeys: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The link was not made by this service for this file, or was changed. */
        InvalidLink: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The link has ended, or the file itself has. */
        LinkExpired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The range lies outside the file; `Content-Range` says how long it is. */
        RangeNotSatisfiable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Content-Range": components["headers"]["UnsatisfiedRange"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description You want no more. A receiver is disabled, and a webhook of one operation is sent nothing any more. */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description You have it. Answer within 15 seconds, and do the work that follows from it afterwards. The body is not read beyond 64 KiB, nor kept. */
        Acknowledged: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Sent again, as after 3xx (redirects are not followed), 5xx, no answer or no connection, first after 5 seconds, then after ever longer times of up to 8 hours, for about three days. */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /**
         * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
         *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
         *     422 `IDEMPOTENCY_MISMATCH`.
         * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
         */
        IdempotencyKey: string;
        /**
         * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
         *     seconds it was. Other preferences are ignored.
         * @example wait=30
         */
        Prefer: string;
        /**
         * @description Only sample rows, or only those you imported.
         * @example IMPORTED
         */
        SourceParameter: components["schemas"]["Source"];
        /**
         * @description How many items a page has at most. A page may have fewer and still not be the last.
         * @example 100
         */
        PageSize: number;
        /**
         * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
         *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
         */
        PageToken: string;
        /**
         * @description Only operations in one of these statuses. May be given more than once.
         * @example [
         *       "FAILED",
         *       "CANCELLED"
         *     ]
         */
        StatusIn: components["schemas"]["StatusFilter"][];
        /**
         * @description Only operations of this type.
         * @example generateReport
         */
        TypeIs: string;
        /**
         * @description Only operations that have all of these labels, each as `key:value`, percent-encoded like every query value. May be given more than once.
         * @example [
         *       "team:crm"
         *     ]
         */
        LabelIs: string[];
        /**
         * @description Created at this instant or later.
         * @example 2026-11-20T00:00:00Z
         */
        CreatedAfter: string;
        /**
         * @description Created before this instant.
         * @example 2026-11-21T00:00:00Z
         */
        CreatedBefore: string;
        /** @description The `id` of an event of this stream; it goes on from there. Absent, with what happens from now on. */
        AfterCursor: string;
        /**
         * @description The `id` of the last event that arrived; the stream goes on from there. It is opaque, signed, and belongs to the owner and the filters it was made for. Browsers send it by
         *     themselves; it counts more than `after`.
         */
        LastCursor: string;
        /**
         * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /**
         * @description `resource` embeds what the operation made or works on: the report of a completed `generateReport` as `resource.report`, the order of a
         *     `deliverOrder` as `resource.order`. Other operations have no `resource`, and are answered as they are.
         * @example resource
         */
        Expand: "resource";
        /**
         * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
         * @example W/"1-RUNNING-40"
         */
        IfNoneMatch: string;
        /**
         * @description Only what comes after the event with this `sequence`. Absent, from the beginning.
         * @example 41
         */
        After: number;
        /**
         * @description The `id` of the last event that arrived. The stream goes on after it, without a gap and without repeating any. Browsers send it by themselves; it counts more than
         *     `after`.
         * @example 41
         */
        LastEventId: string;
        /**
         * @description The delivery's id. One that is malformed, unknown or another owner's is a 404.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryIdParameter: string;
        /**
         * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
         * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverIdParameter: string;
        /**
         * @description The key's id. One that is malformed, unknown or another owner's is a 404.
         * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyIdParameter: string;
        /**
         * @description The file's id, from a result or a link.
         * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        FileId: string;
        /**
         * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
         * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
         */
        PageIfNoneMatch: string;
        /**
         * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        WebhookIdHeader: string;
        /**
         * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
         * @example 1795251604
         */
        WebhookTimestampHeader: string;
        /**
         * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
         *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        WebhookSignatureHeader: string;
        /**
         * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
         * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
         */
        BodySignatureHeader: string;
        /**
         * @description The `event` of the body.
         * @example COMPLETED
         */
        WebhookEventHeader: string;
        /**
         * @description The `operationId` of the body.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        WebhookOperationHeader: components["schemas"]["OperationId"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The id of this request, as logs and problems name it. Quote it when you report a fault.
         * @example 0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42
         */
        RequestId: string;
        /**
         * @description The class that this request counts in, how many of it the credential has left (`r`), and the seconds until it has all of them again (`t`). Counted over all processes of the
         *     service, so that `r` may lag behind a little. Absent where the service could not count. RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-10.
         * @example "reads";r=5999;t=42
         */
        RateLimit: string;
        /**
         * @description How many requests of the class (`q`) a credential may send in how many seconds (`w`). Where `RateLimit` is.
         * @example "reads";q=6000;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description Where the operation in the body is read; absent with `validateOnly`. RFC 9110 §8.7.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        ContentLocation: string;
        /**
         * @description The preference that was honoured, `wait` with its seconds; absent when none was asked for. RFC 7240 §3.
         * @example wait=30
         */
        PreferenceApplied: string;
        /**
         * @description `true` when this answers an earlier request with the same key again; absent otherwise.
         * @example true
         */
        IdempotencyReplayed: "true";
        /**
         * @description Where the operation is read. The path of the `statusUrl` in the body.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        Location: string;
        /**
         * @description Seconds until asking again is useful. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description The scheme to authenticate with. RFC 9110 §11.6.1.
         * @example Bearer realm="longrun"
         */
        WWWAuthenticate: string;
        /**
         * @description Whole seconds after which the limit lets a request through again. RFC 9110 §10.2.3.
         * @example 42
         */
        RetryAfterRefused: number;
        /**
         * @description Who may keep this answer, and for how long. `private`, because it is the owner's.
         * @example private, no-cache
         */
        CacheControl: string;
        /**
         * @description `rel="next"`: the next page. Absent on the last one. RFC 8288.
         * @example </api/v1/operations?pageSize=100&pageToken=eyJhIjoi>; rel="next"
         */
        Link: string;
        /**
         * @description A stream is not kept, and not changed on the way.
         * @example no-store, no-transform
         */
        StreamCacheControl: "no-store, no-transform";
        /**
         * @description `no`: proxies pass each event on at once.
         * @example no
         */
        AccelBuffering: "no";
        /**
         * @description Weak. It changes with status, progress, result and links, and not with queue position or estimate.
         * @example W/"1-RUNNING-40"
         */
        ETag: string;
        /**
         * @description Seconds until asking again is useful; absent once the operation is done. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfterWhileActive: number;
        /**
         * @description Where the result is read.
         * @example /api/v1/reports/report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ResultLocation: string;
        /**
         * @description The protocol to ask for. RFC 9110 §7.8.
         * @example websocket
         */
        Upgrade: "websocket";
        /**
         * @description The version to ask for. RFC 6455 §4.4.
         * @example 13
         */
        SecWebSocketVersion: "13";
        /**
         * @description Where the delivery is read.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/deliveries/dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryLocation: string;
        /**
         * @description Where the receiver is read.
         * @example /api/v1/webhookReceivers/whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverLocation: string;
        /**
         * @description Where it is told what became of the ping.
         * @example /api/v1/webhookReceivers/whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21/pings/dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        PingLocation: string;
        /**
         * @description `no-store`: a secret is in it.
         * @example no-store
         */
        NoStore: "no-store";
        /**
         * @description Where the key is read, without what opens.
         * @example /api/v1/keys/key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyLocation: string;
        /**
         * @description Where the upload is read.
         * @example /api/v1/uploads/upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10
         */
        UploadLocation: string;
        /**
         * @description Strong; a file never changes.
         * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         */
        FileETag: string;
        /**
         * @description The name to save the file under; letters beyond Latin are encoded by RFC 8187.
         * @example attachment; filename="orders-summary.csv"
         */
        ContentDisposition: string;
        /**
         * @description `bytes`: ranges are served.
         * @example bytes
         */
        AcceptRanges: string;
        /**
         * @description Bytes of the body.
         * @example 187432
         */
        ContentLength: number;
        /**
         * @description Which bytes these are, of how many. RFC 9110 §14.4.
         * @example bytes 0-1023/187432
         */
        ContentRange: string;
        /**
         * @description How many bytes there are. RFC 9110 §14.4.
         * @example bytes *\/187432
         */
        UnsatisfiedRange: string;
        /**
         * @description Anybody may keep it for five minutes; it is the same for all.
         * @example public, max-age=300
         */
        PublicCacheControl: "public, max-age=300";
        /**
         * @description It changes with the text, which only another version of the service does.
         * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
         */
        PageETag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    generateReport: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateReportRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The report's id, from the operation's result.
                 * @example report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
                 */
                reportId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Expired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportCustomers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportCustomersRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                /**
                 * @description Only sample rows, or only those you imported.
                 * @example IMPORTED
                 */
                source?: components["parameters"]["SourceParameter"];
                /**
                 * @description Only customers of this segment.
                 * @example Consumer
                 */
                segment?: string;
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of customers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    importOrders: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportOrdersRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /**
                 * @description Only sample rows, or only those you imported.
                 * @example IMPORTED
                 */
                source?: components["parameters"]["SourceParameter"];
                /**
                 * @description Only orders of this customer.
                 * @example CG-12520
                 */
                customerId?: string;
                /**
                 * @description Ordered on this day or later.
                 * @example 2017-01-01
                 */
                fromDate?: string;
                /**
                 * @description Ordered on this day or earlier; not before `fromDate`.
                 * @example 2017-12-31
                 */
                toDate?: string;
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The order's id.
                 * @example CA-2016-152156
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deliverOrder: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The order's id. When a sample order and one of yours have the same id, yours is delivered. One that is neither is a 404.
                 * @example CA-2016-152156
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeliverOrderRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOperations: {
        parameters: {
            query?: {
                /**
                 * @description Only operations in one of these statuses. May be given more than once.
                 * @example [
                 *       "FAILED",
                 *       "CANCELLED"
                 *     ]
                 */
                status?: components["parameters"]["StatusIn"];
                /**
                 * @description Only operations of this type.
                 * @example generateReport
                 */
                type?: components["parameters"]["TypeIs"];
                /**
                 * @description Only operations that have all of these labels, each as `key:value`, percent-encoded like every query value. May be given more than once.
                 * @example [
                 *       "team:crm"
                 *     ]
                 */
                label?: components["parameters"]["LabelIs"];
                /**
                 * @description Created at this instant or later.
                 * @example 2026-11-20T00:00:00Z
                 */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Created before this instant.
                 * @example 2026-11-21T00:00:00Z
                 */
                createdBefore?: components["parameters"]["CreatedBefore"];
                /** @description Adds `totalSize`. Counting costs time, so ask for it only when you show it. */
                includeTotal?: boolean;
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of operations. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    batchGetOperations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operationIds": [
                 *         "op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["BatchGetRequest"];
            };
        };
        responses: {
            /** @description The operations found, in the order asked for, and the ids not found. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchGetAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelOperations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelOperationsRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelOperationsOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryOperations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryOperationsRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryOperationsOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamOperations: {
        parameters: {
            query?: {
                /**
                 * @description Only operations in one of these statuses. May be given more than once.
                 * @example [
                 *       "FAILED",
                 *       "CANCELLED"
                 *     ]
                 */
                status?: components["parameters"]["StatusIn"];
                /**
                 * @description Only operations of this type.
                 * @example generateReport
                 */
                type?: components["parameters"]["TypeIs"];
                /**
                 * @description Only operations that have all of these labels, each as `key:value`, percent-encoded like every query value. May be given more than once.
                 * @example [
                 *       "team:crm"
                 *     ]
                 */
                label?: components["parameters"]["LabelIs"];
                /**
                 * @description Created at this instant or later.
                 * @example 2026-11-20T00:00:00Z
                 */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Created before this instant.
                 * @example 2026-11-21T00:00:00Z
                 */
                createdBefore?: components["parameters"]["CreatedBefore"];
                /** @description The `id` of an event of this stream; it goes on from there. Absent, with what happens from now on. */
                after?: components["parameters"]["AfterCursor"];
            };
            header?: {
                /**
                 * @description The `id` of the last event that arrived; the stream goes on from there. It is opaque, signed, and belongs to the owner and the filters it was made for. Browsers send it by
                 *     themselves; it counts more than `after`.
                 */
                "Last-Event-ID"?: components["parameters"]["LastCursor"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events from `Last-Event-ID` or `after` on, or from now on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["StreamCacheControl"];
                    "X-Accel-Buffering": components["headers"]["AccelBuffering"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     id: WyIxNzk1MjQ2MTM2MzQ5Il0.q0b1
                     *     event: status-update
                     *     data: {"operationId":"op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21","sequence":0,"event":"status-update","timestamp":"2026-11-21T09:00:00.000Z","status":"PENDING","attempt":0,"actor":"key:5e884898","address":"203.0.113.7"}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["CursorTooOld"];
            429: components["responses"]["TooManyRequestsOrStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperation: {
        parameters: {
            query?: {
                /**
                 * @description `resource` embeds what the operation made or works on: the report of a completed `generateReport` as `resource.report`, the order of a
                 *     `deliverOrder` as `resource.order`. Other operations have no `resource`, and are answered as they are.
                 * @example resource
                 */
                expand?: components["parameters"]["Expand"];
            };
            header?: {
                /**
                 * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
                 * @example W/"1-RUNNING-40"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description `wait=N` holds the answer for up to N seconds, 60 at most, until there is more to say (RFC 7240 §4.3). `Preference-Applied` then says how many
                 *     seconds it was. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Nothing changed since the `ETag` in `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled, or being cancelled. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["CannotCancel"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "superseded"
                 *     }
                 */
                "application/json": components["schemas"]["CancelRequest"];
            };
        };
        responses: {
            /** @description The operation. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["CannotCancel"];
            410: components["responses"]["OperationExpired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryOperation: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters of your choice, bare or in double quotes; a UUID does well. Keep it for every retry of one submit: the
                 *     same key with the same request answers the original 202 again, within 24 hours by default, and starts nothing twice. With another request it is a
                 *     422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["CannotRetry"];
            410: components["responses"]["OperationExpired"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    purgeOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["CannotPurge"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperationResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result is at `Location`. */
            303: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["ResultLocation"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["NoResult"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperationEvents: {
        parameters: {
            query?: {
                /**
                 * @description Only what comes after the event with this `sequence`. Absent, from the beginning.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
            };
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the history. Empty when nothing comes after `after`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperationLogs: {
        parameters: {
            query?: {
                /**
                 * @description Only what comes after the event with this `sequence`. Absent, from the beginning.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
            };
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the log. Empty when nothing comes after `after`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamOperation: {
        parameters: {
            query?: {
                /**
                 * @description Only what comes after the event with this `sequence`. Absent, from the beginning.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
            };
            header?: {
                /**
                 * @description The `id` of the last event that arrived. The stream goes on after it, without a gap and without repeating any. Browsers send it by themselves; it counts more than
                 *     `after`.
                 * @example 41
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events after `Last-Event-ID` or `after`, or all. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["StreamCacheControl"];
                    "X-Accel-Buffering": components["headers"]["AccelBuffering"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     id: 0
                     *     event: status-update
                     *     data: {"sequence":0,"event":"status-update","timestamp":"2026-11-21T09:00:00.000Z","status":"PENDING","attempt":0,"actor":"key:5e884898","address":"203.0.113.7"}
                     *
                     *     id: 1
                     *     event: status-update
                     *     data: {"sequence":1,"event":"status-update","timestamp":"2026-11-21T09:00:00.020Z","status":"RUNNING","attempt":1,"actor":"worker"}
                     *
                     *     :
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The operation has ended, and nothing comes after `Last-Event-ID` or `after`. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["CursorGone"];
            429: components["responses"]["TooManyRequestsOrStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    openOperationSocket: {
        parameters: {
            query?: {
                /**
                 * @description Only what comes after the event with this `sequence`. Absent, from the beginning.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
            };
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is a WebSocket from now on. If nothing comes after `after`, because the operation has ended before, it closes at once. */
            101: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrigin"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["CursorGone"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequestsOrStreams"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
                /**
                 * @description The delivery's id. One that is malformed, unknown or another owner's is a 404.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                deliveryId: components["parameters"]["DeliveryIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["DeliveryNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
                /**
                 * @description The delivery's id. One that is malformed, unknown or another owner's is a 404.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                deliveryId: components["parameters"]["DeliveryIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To be sent at once. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["DeliveryLocation"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["DeliveryNotFound"];
            410: components["responses"]["OperationExpired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookReceivers: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of receivers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceiverPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWebhookReceiver: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookReceiverRequest"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["ReceiverLocation"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceiver"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["TooManyReceivers"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableReceiver"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhookReceiver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receiver. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceiver"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWebhookReceiver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pingWebhookReceiver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To be sent at once. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["PingLocation"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateWebhookSecretRequest"];
            };
        };
        responses: {
            /** @description The new secret. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    enableWebhookReceiver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receiver. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceiver"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The receiver's id. One that is malformed, unknown or another owner's is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
                /**
                 * @description The delivery's id. One that is malformed, unknown or another owner's is a 404.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                deliveryId: components["parameters"]["DeliveryIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ping. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page has at most. A page may have fewer and still not be the last.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the page before. It is opaque, signed, and belongs to the owner and the filters it was made for: send the
                 *     same filters with it. Any other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyRequest"];
            };
        };
        responses: {
            /** @description Created. It opens at once. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["KeyLocation"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["TooManyKeys"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key's id. One that is malformed, unknown or another owner's is a 404.
                 * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
                 */
                keyId: components["parameters"]["KeyIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without what opens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key's id. One that is malformed, unknown or another owner's is a 404.
                 * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
                 */
                keyId: components["parameters"]["KeyIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file's bytes. */
        requestBody: {
            content: {
                /** @example Row ID,Order ID,… */
                "text/csv": string;
                /** @example {"rowId":1,"orderId":"CA-2016-152156"} */
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Stored. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["UploadLocation"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The upload's id.
                 * @example upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10
                 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Expired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getFile: {
        parameters: {
            query: {
                /**
                 * @description When the link ends, in seconds of Unix time.
                 * @example 1795345200
                 */
                expires: number;
                /**
                 * @description The service's signature over file, owner, method and expiry.
                 * @example kq3F0cL1mQ
                 */
                signature: string;
            };
            header?: {
                /**
                 * @description The bytes wanted, `bytes=first-last`, `bytes=first-` or `bytes=-last`. Any other range is ignored and answers the whole file.
                 * @example bytes=1024-
                 */
                Range?: string;
            };
            path: {
                /**
                 * @description The file's id, from a result or a link.
                 * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
                 */
                fileId: components["parameters"]["FileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    ETag: components["headers"]["FileETag"];
                    "Content-Disposition": components["headers"]["ContentDisposition"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Content-Length": components["headers"]["ContentLength"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example orderId,orderDate
                     *     CA-2016-152156,2016-11-08
                     */
                    "text/csv": string;
                    /**
                     * @example {
                     *       "rows": []
                     *     }
                     */
                    "application/json": unknown;
                    /** @example {"customerId":"CG-12520"} */
                    "application/x-ndjson": string;
                    /** @example %PDF-1.7 */
                    "application/pdf": string;
                };
            };
            /** @description The range asked for. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    ETag: components["headers"]["FileETag"];
                    "Content-Disposition": components["headers"]["ContentDisposition"];
                    "Accept-Ranges": components["headers"]["AcceptRanges"];
                    "Content-Length": components["headers"]["ContentLength"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example orderId,orderDate
                     *     CA-2016-152156,2016-11-08
                     */
                    "text/csv": string;
                    /**
                     * @example {
                     *       "rows": []
                     *     }
                     */
                    "application/json": unknown;
                    /** @example {"customerId":"CG-12520"} */
                    "application/x-ndjson": string;
                    /** @example %PDF-1.7 */
                    "application/pdf": string;
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["InvalidLink"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["LinkExpired"];
            416: components["responses"]["RangeNotSatisfiable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getFileMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The file's id, from a result or a link.
                 * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
                 */
                fileId: components["parameters"]["FileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["File"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Expired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document, bundled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.1"
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            /** @description It has not changed since the `ETag` in `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract as a page to read. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description It has not changed since the `ETag` in `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of an earlier answer. While it still holds, the answer is a 304 without a body.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The `code` of a problem.
                 * @example NO_DATA_IN_RANGE
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cause and cure of one problem code. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description It has not changed since the `ETag` in `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process answers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service can serve requests. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    onPending: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.pending";
                    /** @constant */
                    event?: "PENDING";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onRunning: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.running";
                    /** @constant */
                    event?: "RUNNING";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onCancelling: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.cancelling";
                    /** @constant */
                    event?: "CANCELLING";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onCompleted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.completed";
                    /** @constant */
                    event?: "COMPLETED";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onCompletedWithErrors: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.completed_with_errors";
                    /** @constant */
                    event?: "COMPLETED_WITH_ERRORS";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onFailed: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.failed";
                    /** @constant */
                    event?: "FAILED";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onCancelled: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.cancelled";
                    /** @constant */
                    event?: "CANCELLED";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onProgress: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` of the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @constant */
                    type?: "operation.progress";
                    /** @constant */
                    event?: "PROGRESS";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onPing: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The delivery's id. It stays over all attempts, so whoever keeps the ids it has seen takes each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description When this attempt was made, in seconds since 1970 (UTC). Refuse one that is more than five minutes off, so that nobody can replay an old message.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description By Standard Webhooks: one or two of `v1,<base64>`, separated by a space; one that fits is enough. Each is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, keyed by the
                 *     bytes behind `whsec_`, or by the secret itself when it does not begin so.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description The same for receivers who know only the body: `sha256=` and its HMAC-SHA256 in hex, keyed likewise. It cannot tell a replay.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` of the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PingMessage"];
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
}
