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
         * @description Generates a report over the sample orders and your imported orders of a date range. The `result` of the operation has the `downloadUrl` of the
         *     file. If no order matches, the operation fails with `NO_DATA_IN_RANGE`.
         *
         *     In CSV files, text that a spreadsheet in any locale could evaluate as a formula gets an apostrophe: in front, and behind each `;`, tab, `|` and line end
         *     in front of `=`, `+`, `-`, `@` or their full-width forms, white space aside. Numbers and dates are unchanged.
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
         * @description Returns the parameters and the file of a report, with a valid `downloadUrl`. The report is deleted with its operation. Then the response is 410
         *     for as long as it is for the operation.
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
    "/analytics:run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Analyze orders
         * @description Analyzes the sample orders and your imported orders. The `result` of the operation has the figures of the analysis, and the `downloadUrl` of a file with
         *     its rows. If no order matches, the operation fails with `NO_DATA_IN_RANGE`.
         *
         *     | analysis | rows | options |
         *     |---|---|---|
         *     | `RFM_SEGMENTS` | one for each customer: the quintiles of the last order, the number of orders and the sales, and the segment | |
         *     | `COHORT_RETENTION` | one for each cohort and period: the customers with their first order in the same period, and how many of them ordered in a later one | `cohorts` |
         *     | `BASKET_PAIRS` | one for each pair of items in the same orders: support, confidence and lift | `baskets` |
         *     | `SALES_FORECAST` | one for each month: sales, backtest and forecast. With too few months the operation fails with `INSUFFICIENT_HISTORY`. | `forecast` |
         *
         *     In CSV files, text that a spreadsheet in any locale could evaluate as a formula gets an apostrophe: in front, and behind each `;`, tab, `|` and line end
         *     in front of `=`, `+`, `-`, `@` or their full-width forms, white space aside. Numbers and dates are unchanged.
         */
        post: operations["analyzeOrders"];
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
         * @description Exports the sample customers and your imported customers, sorted by customer id, with the number, value and dates of their orders. The `result`
         *     of the operation has the `downloadUrl` of the file. If no customer matches, the file has no rows.
         *
         *     In CSV files, text that a spreadsheet in any locale could evaluate as a formula gets an apostrophe: in front, and behind each `;`, tab, `|` and line end
         *     in front of `=`, `+`, `-`, `@` or their full-width forms, white space aside. Numbers and dates are unchanged.
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
         * @description Lists the sample customers and your imported customers, sorted by customer id.
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
         * @description Imports the order lines of an uploaded file (`POST /uploads`). Each row is checked. Valid rows are loaded. Invalid rows are written to a reject
         *     file (`rejectUrl`) with line, column and reason, and the operation ends as `COMPLETED_WITH_ERRORS`. If the file cannot be read or has no valid
         *     row, the operation fails, and its `error` lists the locations. The rows are loaded in one transaction: an import that fails or is cancelled loads no row.
         *     Your imports run one after the other; the others wait as `PENDING`.
         *
         *     The row id identifies a row among your imported rows. A row that is already stored with the same content counts as `rowsUnchanged`, so importing a
         *     file twice loads its rows once. A row is rejected if its content, or the customer, dates or address of its order, contradicts stored data.
         *
         *     A **CSV** file begins with a header row. The columns can be in any order, and letter case, spaces and punctuation in their names are ignored: Row ID,
         *     Order ID, Order Date, Ship Date, Ship Mode, Customer ID, Customer Name, Segment, Country, City, State, Postal Code, Region, Product ID,
         *     Category, Sub-Category, Product Name, Sales, Quantity, Discount, Profit. An **NDJSON** file has one object per line, with the same names in
         *     camelCase (`rowId` to `profit`). A United States postal code of four digits gets a leading zero.
         *
         *     Files of spreadsheets and of SAP are accepted where they have one meaning:
         *
         *     | part | accepted |
         *     |---|---|
         *     | encoding | UTF-8, UTF-16 |
         *     | separator | comma, semicolon, tab, `\|`, or the one of a line `sep=;` |
         *     | rows | blank rows, rows of separators only, empty cells at the end, titles above the header, the header again |
         *     | number | `1234.5`, `1234,5`, `1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`, `5-`, `(5)`, `$5`, `5 €`, discount `20%` |
         *     | `1.234`, `1,234` | As the other numbers at the beginning of the file write decimals. If these do not show it, `1.234` is a decimal with commas between the cells, and all others are rejected. |
         *     | date | `YYYY-MM-DD`, `YYYY/MM/DD`, `YYYYMMDD`, `M/D/YYYY`, `DD.MM.YYYY`, each with a time of midnight |
         *     | wrapped | `="00123"`; an apostrophe in front of a number, a date or text like a formula |
         *
         *     What has several meanings (`D/M/YYYY`, years of two digits) or has lost its value (`1.00E+05`, `#####`, `#REF!`) is rejected with what to change.
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
         * @description Lists the sample orders and your imported orders that match all filters, newest order date first, without their lines.
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
         * @description Returns an order with its lines. If a sample order and one of your imported orders have the same id, the response is your order.
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
         * @description Delivers a sample order or one of your imported orders through four vendors. The steps run one after the other: reserve stock, charge the price,
         *     book a carrier, confirm the delivery. Each step is a phase of the operation.
         *
         *     If a vendor declines or stays unavailable, or the operation is cancelled or times out, the finished steps are compensated in reverse order: the booking
         *     is cancelled, the charge refunded, the reservation released. The phase of a step changes to `COMPENSATING` and then to `COMPENSATED`. After that the
         *     operation is `FAILED` or `CANCELLED`. Each vendor call has an idempotency key of the operation and the step, so a repeated call has no second effect.
         *
         *     The addresses of the vendors are part of the configuration. The four optional fields of the body are sent to the vendors unchanged. Without
         *     configured addresses, sample vendors run inside the service and store their state in the database. They accept any value, and simulate failures for
         *     these values:
         *
         *     | value | behaviour of the vendor |
         *     |---|---|
         *     | `test_declined` | Declines. The operation fails with `OUT_OF_STOCK`, `PAYMENT_DECLINED`, `NO_CARRIER` or `CONFIRMATION_REFUSED`. |
         *     | `test_unavailable` | Answers every call with 503. The operation fails with `PROCESSING_ERROR` after the last attempt. |
         *     | `test_flaky` | Answers 503 twice, then succeeds. |
         *     | `test_hang` | Never answers and has no effect. Each call times out after 5 seconds. |
         *     | `test_late` | Succeeds, but answers after 7 seconds, so the first call times out. The second call gets the stored answer. |
         *     | `test_twice` | Succeeds, then closes the connection without an answer. The second call has no second effect. |
         *     | `test_undo_flaky` | Succeeds. The compensation answers 503 twice, then succeeds. |
         *     | `test_undo_unavailable` | Succeeds. The compensation always answers 503, and the operation fails with `COMPENSATION_FAILED`. |
         */
        post: operations["deliverOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/candidates:screen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Screen a candidate
         * @description Checks the background of a job candidate with up to four vendors at the same time: identity, criminal records, employment and education. Each check is a
         *     phase of the operation, and each change of a phase is an event of its own. A vendor answers at once or with a callback, which may take days; meanwhile
         *     the operation is `WAITING`. If a vendor gives the verdict `REVIEW`, the operation waits for the `decision` of a person:
         *     `POST /operations/{operationId}/waits/decision:complete` with `{"decision": "CLEAR", "note": "…"}`.
         *
         *     If a vendor declines or stays unavailable, no answer arrives in time, or the operation is cancelled, the checks that were ordered are cancelled at
         *     their vendors. After that the operation is `FAILED` or `CANCELLED`.
         *
         *     The personal data of the request is encrypted at rest and is in no response, event, log or webhook. Its errors name the field and never its value.
         *     It is deleted with the operation: after its retention, or at once by `:purge`.
         *
         *     The addresses of the vendors are part of the configuration. The four packages of the body are sent to the vendors unchanged. Without configured
         *     addresses, sample vendors run inside the service. They answer `CLEAR` at once; the employment vendor calls back after a second. These packages
         *     change that:
         *
         *     | value | behaviour of the vendor |
         *     |---|---|
         *     | `test_review` | The verdict is `REVIEW`. |
         *     | `test_adverse` | The verdict is `ADVERSE`. |
         *     | `test_callback` | Answers 202 and calls back after a second. |
         *     | `test_callback_twice` | Calls back twice with the same body. |
         *     | `test_callback_early` | Calls back before it answers 202. |
         *     | `test_slow` | Answers 202 and calls back after 20 seconds. |
         *     | `test_no_callback` | Answers 202 and never calls back. |
         *     | `test_declined` | Declines. The operation fails with `CHECK_DECLINED`. |
         *     | `test_unavailable` | Answers every call with 503. The operation fails with `PROCESSING_ERROR` after the last attempt. |
         *     | `test_flaky` | Answers 503 twice, then succeeds. |
         *     | `test_hang`, `test_late`, `test_twice`, `test_undo_flaky`, `test_undo_unavailable` | As for a delivery: see `POST /orders/{orderId}:deliver`. |
         */
        post: operations["screenCandidate"];
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
         * @description Lists your operations that match all filters, newest first, with their results. `summary` describes the input of each in one line.
         *
         *     One request reads at most 10,000 operations. If few of them match, the page has fewer operations than `pageSize`, or none, and a
         *     `nextPageToken`. Only a page without `nextPageToken` is the last page.
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
         * @description Reads up to 1,000 operations in one request. The request is a POST because the ids do not fit into a URL; it changes nothing.
         */
        post: operations["batchGetOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations:batchCreate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit many operations
         * @description Submits up to 1,000 operations of any type in one request. Each item has the `type`, and the `path` and `body` of the submit of that type. The limits,
         *     quotas and rules of single submits apply to each item. An item that is refused has a `problem` in `results`, and the others are submitted; with
         *     `allOrNothing` none is submitted then, and the response is a 422 `BATCH_REFUSED`.
         *
         *     The batch counts as as many submits for the rate limit as it has items. Items beyond the limit have the problem `RATE_LIMITED`, and items beyond the quota
         *     of unfinished operations `TOO_MANY_OPERATIONS`; submit them again later.
         *
         *     With an `Idempotency-Key`, the same request with the same key returns the original response and starts nothing. It counts as one submit for each
         *     operation of the response. If an operation has been deleted since, its result is the problem `OPERATION_EXPIRED`. In addition, each item can have an `idempotencyKey`.
         *
         *     With `Prefer: return=minimal` each accepted operation is returned as its `operationId` only. That makes large batches faster. Webhook secrets that the
         *     service creates for operations are not in that response: choose them yourself, or repeat the request with its `Idempotency-Key` and without `Prefer`.
         *
         *     `GET /batches/{batchId}` counts the operations of the batch by status. `batchId` is a filter of lists, bulk cancels and retries, and the stream of all
         *     operations. When the last operation has ended, `batch.completed` is sent to the `webhook` of the batch, and to receivers of `BATCH_COMPLETED`.
         */
        post: operations["batchCreateOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/batches/{batchId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a batch
         * @description Counts the operations of a batch by status. To poll, repeat the request until `done` is true: wait the seconds in `Retry-After`, and send the last `ETag`
         *     as `If-None-Match`. If nothing has changed, the response is 304 without a body. `GET /operations?batchId=…` lists the operations.
         *
         *     With `Prefer: wait=N` the response is delayed until the `ETag` in `If-None-Match` no longer matches or, without `If-None-Match`, until the batch is done.
         *
         *     A batch is done when all its operations have ended. A `:retry` of one of them starts a new operation, which does not belong to the batch.
         */
        get: operations["getBatch"];
        put?: never;
        post?: never;
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
         * @description Cancels your operations that match the filter and were submitted before this request, each as `:cancel` does. Operations that have ended are
         *     skipped. With `validateOnly` the matches are only counted (`estimate.rows`). The bulk operation itself can be cancelled: operations that it has already
         *     cancelled stay cancelled.
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
         * Retry many operations
         * @description Retries your operations that match the filter and were submitted before this request, each as `:retry` does. Operations that cannot be retried,
         *     or whose retry would exceed a quota, are skipped. With `validateOnly` the matches are only counted (`estimate.rows`).
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
         * Stream the events of all operations
         * @description Sends the new events of all your operations as they happen, as server-sent events. The events are those of the streams of the single operations. Only events that match all filters are sent: `status` is compared with the status of the event, the other filters with the operation. The
         *     stream does not end by itself.
         *
         *     The `id` of an event is a cursor. After a lost connection, reconnect with the last `id` as `Last-Event-ID`. `EventSource` does so by itself. No event is
         *     lost, but events of about ten seconds before the cursor can be sent again: deduplicate by `operationId` and `sequence`. While there are no
         *     events, an `id` is sent every 15 seconds. A cursor is valid for an hour. After that the response is 410 `CURSOR_GONE`: read the list of operations, and
         *     reconnect without a cursor. If the key is revoked, the stream closes within 30 seconds.
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
         * @description Returns the status and the progress of an operation, and its `result` or `error` when it has ended. To poll, repeat the request until `done` is true: wait
         *     the seconds in `Retry-After`, and send the last `ETag` as `If-None-Match`. If nothing has changed, the response is 304 without a body.
         *
         *     With `Prefer: wait=N` the response is delayed until the `ETag` in `If-None-Match` no longer matches or, without `If-None-Match`, until the operation
         *     has ended.
         *
         *     With `expand=resource` the response includes the report or order, and with `view=FULL` the `input` of the operation. Each of these
         *     representations has its own `ETag`.
         *
         *     Reading a failed operation is a 200. After an operation has ended, only its signed links, `links.retry`, `retriedBy` and `webhook.registered` can change.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        /**
         * Cancel an operation with DELETE
         * @description Does the same as `:cancel`, for clients that cancel with DELETE. The record of the operation is not deleted. It is kept until its retention is over.
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
         * @description Cancels an operation. A waiting operation without finished steps is `CANCELLED` at once. A running operation is `CANCELLING` until its work has stopped
         *     and its finished steps are undone, and then `CANCELLED`. After a 200 the operation never becomes `COMPLETED`. If a step cannot be undone, the
         *     operation ends as `FAILED` with `COMPENSATION_FAILED`.
         *
         *     Cancelling an operation that is `CANCELLING` or `CANCELLED` is a 200 with the unchanged operation. Any other final status is a 409 `CANNOT_CANCEL`. The
         *     body is optional.
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
         * Retry an operation
         * @description Starts a new operation with the input, labels, priority, `concurrencyKey` and `maxAttempts` of an operation that is `FAILED`, `CANCELLED` or `COMPLETED_WITH_ERRORS`. The new
         *     operation starts at once, without `startAfter`, and has `retryOf`. The old operation keeps its status and gets `retriedBy`. The new operation keeps the
         *     webhook of the old one, unless the webhook answered 410. The secret stays the same and is not returned again.
         *
         *     The new operation runs from the beginning. Types that declare `reusesSteps` reuse finished steps that were not undone; currently no type declares it. An
         *     operation can be retried once, and an operation with the error `COMPENSATION_FAILED` not at all. A second retry is a 409 `CANNOT_RETRY` that names the new operation: retry that operation. With an
         *     `Idempotency-Key` the same retry can be sent repeatedly. The credential needs the scope that submitting this type needs. The request has no body.
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
         * Purge an operation
         * @description Deletes a finished operation before its retention is over, with its input, result, report, files and history. Links to its files stop working. The ids
         *     of the operation, its report and its files answer 410. Imported orders are kept. The upload is kept until its `expiresAt`.
         *
         *     Purging an operation that has not finished is a 409 `CANNOT_PURGE`: cancel it first. The request has no body.
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
         * Get the result of an operation
         * @description Redirects to the result of a completed operation, with the operation as the body:
         *
         *     | type | redirects to |
         *     |---|---|
         *     | `generateReport` | the report |
         *     | `exportCustomers` | the file |
         *     | `importOrders` | the list of imported orders |
         *     | `deliverOrder` | the order |
         *     | `cancelOperations`, `retryOperations` | the operation |
         *
         *     While the operation is active, the response is 409 `NOT_FINISHED` with `Retry-After`. After it failed or was cancelled, the response is 409
         *     `OPERATION_FAILED` or `OPERATION_CANCELLED`.
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
         * Read the history of an operation
         * @description Returns the events of an operation in one sequence, oldest first: its creation, each change of status with the actor and the reason, progress, and log
         *     lines. The history is kept as long as the operation.
         *
         *     To read the next events, send the last `sequence` as `after`, or follow the `Link` with `rel="next"`. To receive new events as they happen, use the
         *     stream. Every change of status is recorded. Progress is recorded at most ten times a second.
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
         * Read the log of an operation
         * @description Returns the log lines of an operation, oldest first. Log lines are also events of the history, so their `sequence` has gaps. To read the next lines,
         *     send the last `sequence` as `after`.
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
         * Stream the events of an operation
         * @description Sends the history of an operation and then each new event as it happens, until the operation has ended, as server-sent events. `event` is the name of the
         *     event, `id` its sequence, and `data` the event as one line of JSON. A comment is sent every 15 seconds, so that clients can detect a broken connection.
         *
         *     After a lost connection, reconnect after the milliseconds in the last `retry`, with the last `id` as `Last-Event-ID`. `EventSource` does so by itself. No
         *     event is lost. The stream closes after the event that ends the operation. A reconnect after that event gets a 204, which stops `EventSource`.
         *     A client that reads nothing for about 60 seconds is disconnected and can reconnect. If the key is revoked, the stream closes within 30 seconds.
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
         * Stream the events of an operation over a WebSocket
         * @description Sends the same events as the stream of the operation, as messages of a WebSocket (RFC 6455): the history after `after`, or the whole history, and then each
         *     new event until the operation has ended. Each message is one event as JSON, described by `x-event-schema`. `event` is in upper case. An operation that is
         *     `COMPLETED_WITH_ERRORS` sends `COMPLETED`.
         *
         *     Browsers cannot set headers for a WebSocket. Send the key as a subprotocol: `new WebSocket(links.socket, ['longrun.v1', 'bearer.' + key])`; a key with
         *     other characters than letters, digits and ``!#$%&'*+-.^_`|~`` as `bearer64.` and its base64url (RFC 4648 §5) without `=`. The response selects `longrun.v1`. A request is refused if its `Origin` is neither the origin of the service nor listed in `CORS_ORIGINS`. Every refusal is an
         *     ordinary response before the upgrade.
         *
         *     After a lost connection, open the WebSocket again with the last `sequence` as `after`. No event is lost. Clients only send pongs, which browsers do by
         *     themselves. The service sends a ping every 15 seconds and disconnects a client that has not answered the previous one.
         *
         *     | close code | reason |
         *     |---|---|
         *     | 1000 | The operation has ended, and all events have been sent. |
         *     | 1001 | The operation was deleted. |
         *     | 1003 | The client sent a message. |
         *     | 1008 | The key was revoked (within 30 seconds), or the client sent more than 8 KiB in ten seconds, including pings and pongs. |
         *     | 1009 | The client sent a message of more than 4 KiB. |
         *     | 1011 | The service failed. Reconnect with the last `sequence`. |
         *     | 1012 | The process is stopping. Reconnect with the last `sequence`. |
         *     | 1013 | The client has read nothing for about 60 seconds. Reconnect with the last `sequence`. |
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
    "/operations/{operationId}/waits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the waits of an operation
         * @description Lists everything that the operation has waited for so far: timers, callbacks of external systems, and decisions of people. The bodies that completed
         *     the waits are not returned. `schema` is the JSON Schema of the body that completes a wait. Section "Waiting" describes the life of a wait.
         */
        get: operations["listWaits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}/waits/{name}:complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a wait
         * @description Completes a wait of kind `INPUT` or `CALLBACK` with a body that matches its `schema`. The operation continues with the body at once. If several requests
         *     complete the same wait, the first one decides: a later one with the same body is a 200, with another body a 409 `CANNOT_COMPLETE_WAIT`. After `expiresAt`
         *     the response is 410 `WAIT_EXPIRED`.
         */
        post: operations["completeWait"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/callbacks/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a callback
         * @description The URL that an operation gives to an external system, which sends the result of its work as the body. The signed token is the credential: it is valid
         *     for one wait of one operation, and only until the wait is completed or has expired. A callback may arrive before the operation waits for it. A repeated
         *     callback with the same body is a 200, with another body a 409 `CANNOT_COMPLETE_WAIT`. A callback for a wait that has expired, or for an operation that
         *     is being cancelled or has ended, is a 410 `WAIT_EXPIRED`. A path that cannot be a token is a 404.
         */
        post: operations["receiveCallback"];
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
         * @description Lists the messages about an operation to its webhook and to your receivers, newest first, each with its attempts. Deliveries are kept as long as the
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
         * @description Returns the state of one message, with its attempts.
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
         * Redeliver a webhook message
         * @description Sends a message again at once, in any state, with the same `webhook-id`. If the attempt fails, the message is retried for about three days. The attempt does
         *     not wait for a circuit breaker that repeated failures of the receiver have opened. A delivery that is being sent is left unchanged. `data.operation` is the
         *     operation at the time of the new attempt. The request has no body.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read statistics
         * @description Counts your operations: those that have not ended, by status and type, with the age of the oldest one that could start; and those that ended in the
         *     `window` before now, by status, type and problem code, over time, with percentiles of the time that they waited and ran.
         *
         *     Ends are counted exactly, in the transaction that ends the operation. Operations that have been deleted since stay counted. Operations that ended before the service
         *     was updated to a version with statistics are not counted.
         */
        get: operations["getStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workers
         * @description Lists the worker processes of the service, those that started last first, with the number of attempts of your own operations that each of them runs now. Operations of other
         *     owners are not counted. A worker that stops is removed from the list at once. A worker that dies is removed when another worker finds that its lease has expired.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List schedules
         * @description Lists your schedules, newest first, without their runs.
         */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Create a schedule
         * @description Creates a schedule, which submits an operation at each due time. Each due time is handled exactly once, whatever the number of workers, and after
         *     crashes. The operation counts for the quotas of the owner, but not for the rate limits; if a quota is full, the run is `REFUSED`. The credential needs
         *     the scope that submitting this type needs. With `validateOnly`, the next ten due times are returned and nothing is created.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{scheduleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a schedule
         * @description Returns a schedule with its next due time and its latest ten runs. `GET /operations?scheduleId=…` lists its operations. To poll,
         *     send the last `ETag` as `If-None-Match`: if nothing has changed, the response is 304 without a body.
         */
        get: operations["getSchedule"];
        put?: never;
        post?: never;
        /**
         * Delete a schedule
         * @description Deletes a schedule and its runs. Its operations stay, and keep their `scheduleId`.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        /**
         * Change a schedule
         * @description Changes the fields that the request has. If it changes the due times, the schedule continues with the next due time from now. Operations that were
         *     submitted before stay as they are. To change `operation`, the credential needs the scope that submitting its type needs.
         */
        patch: operations["updateSchedule"];
        trace?: never;
    };
    "/schedules/{scheduleId}:pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a schedule
         * @description Pauses a schedule. Due times of a paused schedule do not run, also not after it was resumed. Pausing a paused schedule is not an error. The request has no body.
         */
        post: operations["pauseSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{scheduleId}:resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a schedule
         * @description Resumes a paused schedule, which continues with the next due time from now. Resuming an active schedule is not an error. The request has no body.
         */
        post: operations["resumeSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{scheduleId}:trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Trigger a schedule
         * @description Submits the operation of a schedule now, also while the schedule is paused. The due times stay as they are. The overlap policy does not skip or cancel anything, but
         *     with `QUEUE` and `CANCEL_PREVIOUS` the operation runs after those that were submitted before. The credential needs the scope that submitting its type
         *     needs. The request has no body.
         */
        post: operations["triggerSchedule"];
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
         * @description Lists your receivers, newest first, without their secrets.
         */
        get: operations["listWebhookReceivers"];
        put?: never;
        /**
         * Create a webhook receiver
         * @description Creates a receiver for the events of all your operations. From now on each event in `events` is sent to the receiver, in addition to the webhooks of single
         *     operations. Only this response contains the secret. An owner can have 100 receivers.
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
         * @description Returns a receiver, without its secret.
         */
        get: operations["getWebhookReceiver"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook receiver
         * @description Deletes a receiver. Pending deliveries to the receiver fail. An attempt that is being sent is completed.
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
         * @description Sends one `webhook.ping` message to test that the receiver can be reached and verifies the signature. A disabled receiver can be pinged, too. A failed
         *     ping is not retried. Read the outcome at `Location`. The request has no body.
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
         * @description Replaces the secret of a receiver. Only this response contains the new secret. During the overlap (24 hours by default) `webhook-signature` has two
         *     signatures, by the new and by the previous secret: accept a message if one of them matches. `X-Webhook-Signature` uses the new secret only. A secret
         *     that was still valid from an earlier rotation becomes invalid at once. The body is optional.
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
         * @description Enables a receiver that was disabled after it answered 410, and closes its circuit breaker if repeated failures have opened it. Events that
         *     happened while the receiver was disabled are not sent. Use `:redeliver` for deliveries that failed. Enabling an enabled receiver is not an error. The
         *     request has no body.
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
         * Read a ping
         * @description Returns the state of a ping and its attempt. Pings are kept for six days.
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
         * @description Lists the keys of your owner, newest first, without the secret part. Revoked and expired keys are included, see `state`. Keys of the service's
         *     configuration and tokens are not included.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Creates an API key of your owner with the given scopes. A credential with the scope `admin` can grant scopes that it does not have itself. Only this
         *     response contains the key. If the key is lost, revoke it and create another. An owner can have 100 active keys.
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
         * @description Returns the scopes, the state and the last use of a key.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Revokes a key permanently. The process that answers refuses the key at once, and every other process within 30 seconds. Streams that were opened with
         *     the key are closed. Operations that were submitted with the key continue. A key can revoke itself. Revoking a key again is not an error.
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
         * @description Stores the body of the request unchanged, for an operation to read. The service streams the body, so send it as a stream. Nothing is stored of an
         *     interrupted upload. The content is checked by the operation, not by the upload: see `importOrders` for the accepted forms. A `charset` in
         *     `Content-Type` may be `utf-8` or `utf-16`. An upload that no unfinished operation uses is deleted after its
         *     `expiresAt`, 24 hours after the upload by default.
         *
         *     The upload counts for the storage quota from the start: the whole `Content-Length` at once, or a chunked body as it grows. Send `Content-Length` if
         *     you know it: then an upload that exceeds the quota is refused before it is received. An owner can send 20 uploads at the same time, each with at least 1
         *     KiB per second.
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
         * @description Returns the size and the checksum of an upload. Compare them with those of your file.
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
         * @description Returns the bytes of a file. The signed link is the credential: anyone who has the link can read the file until the link expires. Do not build links.
         *     Each read of a result, a report or file metadata returns a valid link as `downloadUrl`.
         *
         *     A client can resume a download with a single range. HEAD returns only the headers.
         *
         *     A service that stores its files in S3 may respond with 307: follow the redirect. Do not send your API key with this request or its redirect; neither needs it.
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
         * Read the metadata of a file
         * @description Returns the name, size, checksum and expiry of a file, with a valid `downloadUrl`. The file is deleted with its operation. Then the response is 410 for
         *     as long as it is for the operation.
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
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the start page
         * @description Returns an HTML page that says what this service is, with links to the documentation, this document and the health of the service.
         */
        get: operations["getHome"];
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
         * Get the OpenAPI document
         * @description Returns this document in one file, without external references. It is OpenAPI 3.2. For tools that do not read 3.2 yet, `version=3.1` returns the same
         *     contract as OpenAPI 3.1: event streams are then text, and `x-event-schema` has the schema of their events.
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
    "/openapi/{dialect}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the OpenAPI document of a dialect
         * @description Returns the document of a dialect: the operations below `/compat`, for clients that were written for the API of another party. The guides describe
         *     them.
         */
        get: operations["getDialectOpenapi"];
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
         * Get the documentation
         * @description Returns this document as an HTML page.
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
    "/docs/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of the documentation
         * @description Returns a script or an image that the page at `/docs` or `/docs/guides` loads. The name changes with the content, so the file can be cached for a year.
         */
        get: operations["getDocsScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/guides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the list of guides
         * @description Returns an HTML page that lists the guides, with a search over them.
         */
        get: operations["getGuides"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/guides/{page}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a guide
         * @description Returns a guide, or another page of the documentation, as an HTML page.
         */
        get: operations["getGuide"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the console
         * @description Returns the console, an HTML page on which the holder of a key sees and controls their operations. The page itself needs no key and contains no data.
         */
        get: operations["getConsole"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of the console
         * @description Returns a script or the style sheet that the page at `/console` loads. The names change with the content, so the files can be cached for a year.
         */
        get: operations["getConsoleFile"];
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
         * Get the page of a problem code
         * @description Explains the cause and the remedy of a problem code. The `type` of a problem is the URL of this page.
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
         * Check that the process is alive
         * @description Checks only that the process answers. Use it as a liveness probe. No limit applies.
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
         * Check that the service is ready
         * @description Checks that the service can serve requests. The response is 503 while the service cannot reach its database, is starting or is stopping. Use it as a readiness probe. No limit applies.
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
         * @description The operation was accepted, or waits for its next attempt.
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
         * @description A worker started the operation.
         */
        post: operations["onRunning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "operation.waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * operation.waiting
         * @description The operation waits for a timer, a callback or a person, as `data.operation.waits` lists.
         */
        post: operations["onWaiting"];
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
         * @description A cancel was accepted, and the operation is being stopped.
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
         * @description The operation is completed and has a `result`.
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
         * @description The operation is completed, and `result.warnings` lists what was left out.
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
         * @description The operation failed. `error` has the cause.
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
         * @description The operation was cancelled.
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
         * @description The progress of the operation changed. Each change of the status of a phase is a message of its own; its `reason` names the phase, and `data.operation` is
         *     the operation after that change. Other progress is sent at most once a second.
         */
        post: operations["onProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "batch.completed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * batch.completed
         * @description All operations of a batch have ended, whatever their outcome: `data.batch.counts` has their number in each status. The message is sent once for each batch
         *     to the webhook of the batch and to each receiver of `BATCH_COMPLETED`.
         */
        post: operations["onBatchCompleted"];
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
         * @description A test message, sent by `POST /webhookReceivers/{receiverId}:ping`.
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
         *     `CUSTOMER_ACTIVITY` one for each customer with orders.
         * @enum {string}
         */
        ReportType: "ORDERS_SUMMARY" | "SALES_BY_PRODUCT" | "SALES_BY_COUNTRY" | "CUSTOMER_ACTIVITY";
        /** @description A range of order dates in UTC. Both days are included. */
        DateRange: {
            /**
             * Format: date
             * @description The first day of the range.
             */
            fromDate: string;
            /**
             * Format: date
             * @description The last day of the range. Must not be before `fromDate`.
             */
            toDate: string;
        };
        /**
         * @description `CSV` has one header row and no total row. `JSON` is one document. `PDF` has totals, a chart and a table of the first 5,000 rows. Characters without a glyph in its fonts are shown as □ and listed at its end.
         * @enum {string}
         */
        ReportFormat: "CSV" | "PDF" | "JSON";
        /**
         * @description `SAMPLE`: the sample rows of the service, which every owner can read. `IMPORTED`: your imported rows. A filter without this value selects both.
         * @enum {string}
         */
        Source: "SAMPLE" | "IMPORTED";
        /** @description The exact value. Letter case matters. */
        FilterText: string;
        /** @description Selects orders that match all filters. */
        ReportFilters: {
            source?: components["schemas"]["Source"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
            segment?: components["schemas"]["FilterText"];
            category?: components["schemas"]["FilterText"];
        };
        /**
         * @description The priority among the operations of the same owner. Other owners are not affected. Default: `NORMAL`. Waiting raises the priority: after one minute a
         *     `NORMAL` operation, and after five minutes a `LOW` operation, is level with a new `HIGH` operation.
         * @enum {string}
         */
        Priority: "LOW" | "NORMAL" | "HIGH";
        /**
         * @description Up to 16 labels, for filters such as `GET /operations?label=team:crm`. A key has 1–63 letters, digits, `.`, `_` or `-`, and begins with a letter or digit.
         *     A value has up to 64 characters.
         * @example {
         *       "team": "crm"
         *     }
         */
        Labels: {
            [key: string]: string;
        };
        /**
         * @description `op_` and a UUIDv7. Ids sort by creation time.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /**
         * @description Your operations that must end before this one starts. Until then it is `PENDING`, without a queue time. See
         *     [Dependencies](#section/Dependencies).
         */
        DependsOn: components["schemas"]["OperationId"][];
        /**
         * @description What happens when a dependency fails or is cancelled. `FAIL`, the default: the operation fails with `DEPENDENCY_FAILED`. `CANCEL`: it is cancelled.
         *     `ANY_END`: it starts when all dependencies have ended, whatever their outcome. Only with `dependsOn`.
         * @enum {string}
         */
        DependencyPolicy: "FAIL" | "CANCEL" | "ANY_END";
        /**
         * Format: date-time
         * @description The earliest start of the operation, at most 30 days ahead, with any UTC offset. A time in the past starts the operation at once.
         * @example 2026-11-22T06:00:00Z
         */
        StartAfter: string;
        /**
         * @description Your operations with the same key never run at the same time, whatever their types; other owners are not affected. An operation whose key is in use
         *     stays `PENDING`, in the order of priority and age. That counts toward its queue timeout, not toward its run time. An operation uses its key while a worker may
         *     start it or runs it, not while it waits for `startAfter`, for its next attempt, or as `WAITING`. 1–200 printable ASCII characters, without a space at the beginning or
         *     end. `importOrders` has no such field: imports of one owner run one after the other anyway.
         * @example warehouse/east
         */
        ConcurrencyKey: string;
        /**
         * @description A URL that begins with `https://`, has a host with public addresses only, and has no user, password or fragment. Any other URL is a 422 `UNSAFE_URL`. The
         *     address is checked again at each attempt.
         * @example https://hooks.example.com/longrun
         */
        WebhookUrl: string;
        /**
         * @description A status of the operation, or `PROGRESS`: each change of the status of a phase, and other progress at most once a second.
         * @enum {string}
         */
        WebhookEvent: "PENDING" | "RUNNING" | "WAITING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROGRESS";
        /**
         * @description The events to send. Default: the final statuses.
         * @default [
         *       "COMPLETED",
         *       "COMPLETED_WITH_ERRORS",
         *       "FAILED",
         *       "CANCELLED"
         *     ]
         */
        WebhookEvents: components["schemas"]["WebhookEvent"][];
        /**
         * @description The secret that signs the messages: `whsec_` and 24–64 bytes in base64, or 16–255 other printable ASCII characters. If it is
         *     omitted, the service generates a secret. The secret is stored encrypted, and returned only by the request that sets it.
         * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
         */
        WebhookSecret: string;
        /**
         * @description `STANDARD`: the body is the message. `CLOUDEVENTS`: the body is a CloudEvent 1.0 in JSON (structured mode), whose `data` is the message. `CLOUDEVENTS_BINARY`:
         *     the body is the message, and the attributes of the CloudEvent are `ce-` headers (binary mode). All attempts send the same CloudEvent.
         * @default STANDARD
         * @enum {string}
         */
        WebhookFormat: "STANDARD" | "CLOUDEVENTS" | "CLOUDEVENTS_BINARY";
        /** @description The webhook of this operation. Messages are signed, see the section Webhooks. A `:retry` keeps the webhook and its secret for the new operation. */
        Webhook: {
            url: components["schemas"]["WebhookUrl"];
            events?: components["schemas"]["WebhookEvents"];
            secret?: components["schemas"]["WebhookSecret"];
            format?: components["schemas"]["WebhookFormat"];
        };
        /**
         * @description Checks the request and estimates the work without starting an operation. The response is 200 instead of 202.
         * @default false
         */
        ValidateOnly: boolean;
        /** @description The type, date range and format of a report. */
        GenerateReportRequest: {
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description The expected work. A value that cannot be estimated is absent. */
        Estimate: {
            /**
             * Format: int64
             * @description The number of rows to read or write. Absent if counting takes longer than a second.
             */
            rows?: number;
            /**
             * Format: double
             * @description The run time in seconds.
             */
            seconds?: number;
        };
        /** @description The request is valid. `estimate` is the expected work. */
        Validation: {
            /**
             * @description Always `true`. An invalid request is answered with a problem.
             * @enum {boolean}
             */
            valid: true;
            estimate: components["schemas"]["Estimate"];
        };
        /**
         * @description The status of the operation. `COMPLETED`, `COMPLETED_WITH_ERRORS`, `FAILED` and `CANCELLED` are final.
         * @enum {string}
         */
        Status: "PENDING" | "RUNNING" | "WAITING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED";
        /** @description A phase of the operation. */
        Phase: {
            /** @description The name, for example `DATA_PROCESSING`. */
            name: string;
            /**
             * @description The status of the phase. `FAILED`: the phase has failed or has not finished, or its step could not be undone; an operation can be completed without it. `SKIPPED`: the phase has not started and will not start. `COMPENSATING`: its step is being undone. `COMPENSATED`: its step is undone.
             * @enum {string}
             */
            status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED" | "SKIPPED" | "COMPENSATING" | "COMPENSATED";
            /**
             * Format: double
             * @description Percentage of this phase.
             */
            percentage?: number;
            /**
             * Format: double
             * @description Duration in seconds, until now while the phase is in progress.
             */
            duration?: number;
        };
        /** @description The progress of the operation. The percentage never falls, also over several attempts, and is 100 only when the operation is completed. */
        Progress: {
            /**
             * Format: double
             * @description Percentage of the whole operation.
             */
            percentage: number;
            /**
             * Format: int64
             * @description Finished units of the current phase: rows, bytes or operations of the caller.
             */
            current?: number;
            /**
             * Format: int64
             * @description All units of the current phase.
             */
            total?: number;
            /** @description The current phase; of several in progress, the one that started last. */
            phase?: string;
            /** @description What the operation is doing, as text. */
            message?: string;
            /** @description All phases of the type, in order. Several can be in progress at the same time. */
            phases?: components["schemas"]["Phase"][];
        };
        /**
         * Format: date-time
         * @description A time in UTC, in RFC 3339 format with `Z`.
         * @example 2026-11-21T09:00:00.000Z
         */
        Timestamp: string;
        /** @description A violation. Its location is a `pointer` or a `parameter`. */
        ProblemPlace: {
            /**
             * Format: json-pointer
             * @description JSON Pointer (RFC 6901) into the body of the request.
             */
            pointer?: string;
            /** @description The name of the query parameter, path parameter or header. */
            parameter?: string;
            /** @description What is wrong, and what the value must be. */
            message: string;
        };
        /** @description The earlier problem that led to this one. `COMPENSATION_FAILED` has the failure that was to be compensated; after a cancel it has no `cause`. */
        ProblemCause: {
            /**
             * Format: uri-reference
             * @description URL of the page that explains the code.
             */
            type: string;
            /** @description A short description of the code. */
            title: string;
            /** @description What failed. */
            detail: string;
            /**
             * @description The stable code
             * @example NO_CARRIER
             */
            code: string;
            /** @description The violations. Absent if the problem has no location. */
            errors?: components["schemas"]["ProblemPlace"][];
        };
        /**
         * @description An error, as defined by RFC 9457. Use `code` in programs, show `detail` to users, and include `requestId` when you report an error. The `error` of an
         *     operation has the same shape.
         */
        Problem: {
            /**
             * Format: uri-reference
             * @description URL of the page that explains the cause and the remedy of this `code`.
             * @example /problems/NO_DATA_IN_RANGE
             */
            type: string;
            /** @description A short description of the code. The same for every problem with this code. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status of the problem.
             */
            status: number;
            /** @description The cause of this problem, and what to do. */
            detail: string;
            /**
             * Format: uri-reference
             * @description The path of the request or of the operation.
             */
            instance?: string;
            /**
             * @description The stable code of the problem, for programs.
             * @example NO_DATA_IN_RANGE
             */
            code: string;
            timestamp: components["schemas"]["Timestamp"];
            /** @description The id of the request. Absent in the `error` of an operation. */
            requestId?: string;
            /** @description The violations in the request. Absent if the problem has no location. */
            errors?: components["schemas"]["ProblemPlace"][];
            cause?: components["schemas"]["ProblemCause"];
            /** @description Whether the same request can succeed later. If so, `retryAfter` is present. */
            retryable?: boolean;
            /**
             * Format: int32
             * @description Seconds to wait before a retry. A response also has them as `Retry-After`.
             */
            retryAfter?: number;
            expiredAt?: components["schemas"]["Timestamp"];
        };
        /** @description Recommended seconds between two polls. `Retry-After` has the same value as `recommended`. */
        PollInterval: {
            /**
             * Format: int32
             * @description An earlier poll is unlikely to show a change.
             */
            recommended: number;
            /**
             * Format: int32
             * @description Do not poll more often than this.
             */
            minimum: number;
        };
        /**
         * @description `batch_` and a UUIDv7. Ids sort by creation time.
         * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
         */
        BatchId: string;
        /**
         * @description `TIMER`: the operation continues at `expiresAt`. `CALLBACK`: an external system sends a request to a signed URL. `INPUT`: a person decides.
         * @enum {string}
         */
        WaitKind: "TIMER" | "CALLBACK" | "INPUT";
        /** @description A wait that is not over. */
        PendingWait: {
            /** @description The name, unique within the operation. */
            name: string;
            kind: components["schemas"]["WaitKind"];
            /** @description Who is expected to decide, as text. Only if the kind is `INPUT`. */
            who?: string;
            /** @description The JSON Schema of the body that completes the wait. Absent for a `TIMER`. */
            schema?: {
                [key: string]: unknown;
            };
            /**
             * Format: uri-reference
             * @description POST completes the wait. Needs the scope `operations:write`. Absent for a `TIMER`.
             */
            url?: string;
            /** @description When a `TIMER` is over, or when a `CALLBACK` or `INPUT` expires. After that the operation fails with `WAIT_TIMEOUT`, unless it continues without the answer. */
            expiresAt: components["schemas"]["Timestamp"];
        };
        /** @description The webhook of the operation, without its URL. */
        OperationWebhook: {
            /** @description Whether messages are sent. `false` after the webhook answered 410. */
            registered: boolean;
            events: components["schemas"]["WebhookEvents"];
            format: components["schemas"]["WebhookFormat"];
            /** @description Present only in the response to the submit and its replays. Store the secret. */
            secret?: components["schemas"]["WebhookSecret"];
        };
        /**
         * @description `schedule_` and a UUIDv7.
         * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
         */
        ScheduleId: string;
        /** @description URLs of the operation. A link is present only while a request to it can succeed. */
        OperationLinks: {
            /**
             * Format: uri-reference
             * @description GET reads the operation.
             */
            self: string;
            /**
             * Format: uri-reference
             * @description GET reads the history.
             */
            events: string;
            /**
             * Format: uri-reference
             * @description GET reads the log.
             */
            logs: string;
            /**
             * Format: uri-reference
             * @description GET streams the events as server-sent events.
             */
            stream: string;
            /**
             * Format: uri-reference
             * @description A WebSocket that streams the events. An absolute URL begins with `ws:` or `wss:`.
             */
            socket: string;
            /**
             * Format: uri-reference
             * @description POST cancels the operation. Present until the operation is done.
             */
            cancel?: string;
            /**
             * Format: uri-reference
             * @description POST retries the operation. Present while it is `FAILED`, `CANCELLED` or `COMPLETED_WITH_ERRORS` and has not been retried.
             */
            retry?: string;
            /**
             * Format: uri-reference
             * @description POST deletes the operation with its result and files. Present when the operation is done.
             */
            purge?: string;
            /**
             * Format: uri-reference
             * @description GET lists what the operation waits for. Present while it is `WAITING`.
             */
            waits?: string;
            /**
             * Format: uri-reference
             * @description GET redirects to the result. Present when the operation is completed.
             */
            result?: string;
        };
        /** @description An operation. `type` determines the schema of `result`. `result` is present only if the operation is completed. */
        Operation: components["schemas"]["AnalysisOperation"] | components["schemas"]["CancelOperationsOperation"] | components["schemas"]["DeliveryOperation"] | components["schemas"]["ExportOperation"] | components["schemas"]["ReportOperation"] | components["schemas"]["ImportOperation"] | components["schemas"]["RetryOperationsOperation"] | components["schemas"]["ScreeningOperation"];
        /**
         * @description `report_` and a UUIDv7.
         * @example report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ReportId: string;
        /**
         * Format: uri-reference
         * @description The URL of the report resource.
         * @example /api/v1/reports/report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ReportUrl: string;
        /**
         * Format: uri-reference
         * @description A signed link to the file. Anyone who has the link can read the file without a credential until the link expires, after at most 24 hours by default. Each
         *     read of this resource returns a link that is valid for at least 12 more hours.
         * @example /api/v1/files/file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33?expires=1795345200&signature=kq3F0cL1mQ
         */
        DownloadUrl: string;
        /**
         * Format: int64
         * @description Size in bytes.
         */
        Size: number;
        /**
         * Format: int64
         * @description Number of data rows, without the header row.
         */
        RowCount: number;
        /** @description A part of the work that was left out. */
        Warning: {
            /** @description The code of the warning. */
            code: string;
            /** @description The warning as text. */
            message: string;
            /**
             * Format: int64
             * @description The number of affected records.
             */
            affectedRecords?: number;
        };
        /** @description The parts of the work that were left out. Present only if the operation is `COMPLETED_WITH_ERRORS`. */
        Warnings: components["schemas"]["Warning"][];
        /** @description The generated report. */
        ReportResult: {
            reportId: components["schemas"]["ReportId"];
            url: components["schemas"]["ReportUrl"];
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ReportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            generatedAt: components["schemas"]["Timestamp"];
            /** @description When the report and its file are deleted. */
            expiresAt: components["schemas"]["Timestamp"];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description A report with its parameters. */
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
            /** @description When the report and its file are deleted. */
            expiresAt: components["schemas"]["Timestamp"];
        };
        /** @description The report that the operation generated. Present when the operation is completed. */
        ReportReference: {
            /** @enum {string} */
            type: "report";
            id: components["schemas"]["ReportId"];
            /** @description The report, as in `GET /reports/{reportId}`. Present only with `expand=resource`. */
            report?: components["schemas"]["Report"];
        };
        /** @description An operation of type `generateReport`. */
        ReportOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "generateReport";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["ReportResult"];
            resource?: components["schemas"]["ReportReference"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["GenerateReportInput"];
        };
        /**
         * @description `RFM_SEGMENTS` scores each customer by recency, frequency and sales. `COHORT_RETENTION` shows how many customers order again. `BASKET_PAIRS` finds
         *     items that are ordered together. `SALES_FORECAST` forecasts the sales of the next months.
         * @enum {string}
         */
        AnalysisName: "RFM_SEGMENTS" | "COHORT_RETENTION" | "BASKET_PAIRS" | "SALES_FORECAST";
        /**
         * @description The length of a period. A cohort has the customers with their first order in the same period.
         * @default MONTH
         * @enum {string}
         */
        CohortPeriod: "MONTH" | "QUARTER" | "YEAR";
        /** @description Options of `COHORT_RETENTION`. */
        CohortOptions: {
            period?: components["schemas"]["CohortPeriod"];
            /**
             * Format: int32
             * @description The number of periods after the first one in which a cohort is followed.
             * @default 12
             */
            periods?: number;
        };
        /**
         * @description What is paired. An item counts once in an order, however many lines it has.
         * @default PRODUCT
         * @enum {string}
         */
        BasketItem: "PRODUCT" | "SUB_CATEGORY" | "CATEGORY";
        /** @description Options of `BASKET_PAIRS`. */
        BasketOptions: {
            by?: components["schemas"]["BasketItem"];
            /**
             * Format: int32
             * @description A pair is in at least this many orders.
             * @default 2
             */
            minOrders?: number;
            /**
             * Format: double
             * @description A pair is in at least this share of the orders.
             * @default 0
             */
            minSupport?: number;
            /**
             * Format: int32
             * @description The number of pairs in the file. The pairs with the most orders come first.
             * @default 1000
             */
            maxPairs?: number;
        };
        /** @description Options of `SALES_FORECAST`. It needs 2 × `seasonMonths` + `holdoutMonths` whole months of sales. */
        ForecastOptions: {
            /**
             * Format: int32
             * @description The number of months to forecast.
             * @default 12
             */
            horizonMonths?: number;
            /**
             * Format: int32
             * @description The number of known months at the end that the backtest forecasts from the months before.
             * @default 12
             */
            holdoutMonths?: number;
            /**
             * Format: int32
             * @description The number of months after which the pattern of the sales repeats.
             * @default 12
             */
            seasonMonths?: number;
        };
        /** @description The analysis, its orders, its options and the format of its file. Send the options of the chosen analysis only. */
        AnalyzeOrdersRequest: {
            analysis: components["schemas"]["AnalysisName"];
            format: components["schemas"]["ReportFormat"];
            /** @description The orders to analyze, by order date. Default: all orders. */
            dateRange?: components["schemas"]["DateRange"];
            filters?: components["schemas"]["ReportFilters"];
            cohorts?: components["schemas"]["CohortOptions"];
            baskets?: components["schemas"]["BasketOptions"];
            forecast?: components["schemas"]["ForecastOptions"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /**
         * Format: date
         * @description A day in UTC, as `YYYY-MM-DD`.
         * @example 2017-01-31
         */
        Day: string;
        /**
         * @description The segment by the scores of recency (R) and frequency (F), each from 1 (lowest) to 5: `CHAMPIONS` R 5, F 4–5; `LOYAL_CUSTOMERS` R 3–4, F 4–5;
         *     `POTENTIAL_LOYALISTS` R 4–5, F 2–3; `NEW_CUSTOMERS` R 5, F 1; `PROMISING` R 4, F 1; `NEED_ATTENTION` R 3, F 3; `ABOUT_TO_SLEEP` R 3, F 1–2;
         *     `AT_RISK` R 1–2, F 3–4; `CANNOT_LOSE_THEM` R 1–2, F 5; `HIBERNATING` R 1–2, F 1–2.
         * @enum {string}
         */
        RfmSegment: "CHAMPIONS" | "LOYAL_CUSTOMERS" | "POTENTIAL_LOYALISTS" | "NEW_CUSTOMERS" | "PROMISING" | "NEED_ATTENTION" | "ABOUT_TO_SLEEP" | "AT_RISK" | "CANNOT_LOSE_THEM" | "HIBERNATING";
        /** @description The customers of a segment. */
        RfmSegmentFigures: {
            segment: components["schemas"]["RfmSegment"];
            /**
             * Format: int64
             * @description The customers of the segment.
             */
            customerCount: number;
            /**
             * Format: double
             * @description The share of all customers, from 0 to 1.
             */
            share: number;
            /**
             * Format: int64
             * @description The orders of these customers.
             */
            orderCount: number;
            /**
             * Format: double
             * @description The sales of these customers.
             */
            sales: number;
            /**
             * Format: double
             * @description The mean recency of these customers, in days. Absent if the segment is empty.
             */
            averageRecencyDays?: number;
        };
        /** @description Present for `RFM_SEGMENTS`. */
        RfmFigures: {
            /** @description The last order date of all customers. The recency of a customer is the number of days from the own last order to this day. */
            asOfDate: components["schemas"]["Day"];
            /**
             * Format: int64
             * @description The customers with a matching order.
             */
            customerCount: number;
            /** @description All ten segments. */
            segments: components["schemas"]["RfmSegmentFigures"][];
        };
        /** @description The customers that ordered again after a number of periods, over all cohorts. */
        RetentionFigures: {
            /**
             * Format: int32
             * @description The number of periods after the first one.
             */
            periodNumber: number;
            /**
             * Format: int64
             * @description The customers of all cohorts that reach this period.
             */
            cohortCustomers: number;
            /**
             * Format: int64
             * @description Those of them with an order in this period.
             */
            customers: number;
            /**
             * Format: double
             * @description `customers` ÷ `cohortCustomers`.
             */
            retention: number;
        };
        /** @description Present for `COHORT_RETENTION`. */
        CohortFigures: {
            period: components["schemas"]["CohortPeriod"];
            /**
             * Format: int64
             * @description The periods in which a customer had the first order.
             */
            cohortCount: number;
            /**
             * Format: int64
             * @description The customers of all cohorts.
             */
            customerCount: number;
            /** @description One entry for each number of periods after the first one. */
            averageRetention: components["schemas"]["RetentionFigures"][];
        };
        /** @description Present for `BASKET_PAIRS`. */
        BasketFigures: {
            by: components["schemas"]["BasketItem"];
            /**
             * Format: int64
             * @description The orders that a pair needs: the larger one of `minOrders` and `minSupport` × `orderCount`, rounded up.
             */
            minOrders: number;
            /**
             * Format: int64
             * @description The items that were paired: the 4,000 most frequent ones with at least `minOrders` orders.
             */
            itemCount: number;
            /**
             * Format: int64
             * @description The pairs with at least `minOrders` orders. The file has at most `maxPairs` of them.
             */
            pairCount: number;
        };
        /**
         * @description `SEASONAL_NAIVE` repeats the last season. `HOLT_WINTERS` is additive triple exponential smoothing. The method with the smaller RMSE in the backtest makes
         *     the forecast.
         * @enum {string}
         */
        ForecastMethod: "SEASONAL_NAIVE" | "HOLT_WINTERS";
        /**
         * @description A month, as `YYYY-MM`.
         * @example 2017-01
         */
        Month: string;
        /** @description The smoothing parameters of Holt–Winters, fitted to all known months. */
        Smoothing: {
            /**
             * Format: double
             * @description Of the level.
             */
            alpha: number;
            /**
             * Format: double
             * @description Of the trend.
             */
            beta: number;
            /**
             * Format: double
             * @description Of the season.
             */
            gamma: number;
        };
        /** @description The error of a method in the months of the backtest. */
        BacktestError: {
            method: components["schemas"]["ForecastMethod"];
            /**
             * Format: double
             * @description The mean absolute error.
             */
            mae: number;
            /**
             * Format: double
             * @description The root of the mean squared error.
             */
            rmse: number;
            /**
             * Format: double
             * @description The mean absolute error in percent of the sales, over months with sales. Absent if no month has sales.
             */
            mape?: number;
        };
        /** @description The forecast of a month. */
        ForecastMonth: {
            month: components["schemas"]["Month"];
            /**
             * Format: double
             * @description The forecast sales.
             */
            sales: number;
        };
        /** @description Present for `SALES_FORECAST`. */
        ForecastFigures: {
            method: components["schemas"]["ForecastMethod"];
            /**
             * Format: int32
             * @description The months of the forecast.
             */
            horizonMonths: number;
            /**
             * Format: int32
             * @description The months of the backtest.
             */
            holdoutMonths: number;
            /**
             * Format: int32
             * @description The length of a season.
             */
            seasonMonths: number;
            /**
             * Format: int32
             * @description The months with known sales, those without an order included.
             */
            historyMonths: number;
            firstMonth: components["schemas"]["Month"];
            lastMonth: components["schemas"]["Month"];
            smoothing: components["schemas"]["Smoothing"];
            /** @description The error of each method. */
            backtest: components["schemas"]["BacktestError"][];
            /** @description The forecast. */
            months: components["schemas"]["ForecastMonth"][];
        };
        /** @description The file and the figures of the analysis. The figures are in the field of the analysis. */
        AnalysisResult: {
            analysis: components["schemas"]["AnalysisName"];
            /**
             * Format: int64
             * @description The orders that match the date range and the filters.
             */
            orderCount: number;
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ReportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            /** @description When the file is deleted. */
            expiresAt: components["schemas"]["Timestamp"];
            rfm?: components["schemas"]["RfmFigures"];
            cohorts?: components["schemas"]["CohortFigures"];
            baskets?: components["schemas"]["BasketFigures"];
            forecast?: components["schemas"]["ForecastFigures"];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `analyzeOrders`. */
        AnalysisOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "analyzeOrders";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["AnalysisResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["AnalyzeOrdersInput"];
        };
        /**
         * @description `CSV` has one header row. `NDJSON` has one object per line.
         * @enum {string}
         */
        ExportFormat: "CSV" | "NDJSON";
        /** @description The columns of the file, in this order. Default: all columns. */
        CustomerColumns: ("customerId" | "name" | "segment" | "source" | "orderCount" | "sales" | "firstOrderDate" | "lastOrderDate")[];
        /** @description Exports only customers that match all filters. `country`, `region` and `state` match customers with an order to that destination. */
        CustomerFilters: {
            source?: components["schemas"]["Source"];
            segment?: components["schemas"]["FilterText"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
        };
        /** @description The customers, columns and format of an export. */
        ExportCustomersRequest: {
            format: components["schemas"]["ExportFormat"];
            columns?: components["schemas"]["CustomerColumns"];
            filters?: components["schemas"]["CustomerFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description The exported file. */
        ExportResult: {
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            downloadUrl: components["schemas"]["DownloadUrl"];
            format: components["schemas"]["ExportFormat"];
            size: components["schemas"]["Size"];
            rowCount: components["schemas"]["RowCount"];
            /** @description When the file is deleted. */
            expiresAt: components["schemas"]["Timestamp"];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `exportCustomers`. */
        ExportOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "exportCustomers";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["ExportResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["ExportCustomersInput"];
        };
        /** @description A customer, from the orders. */
        Customer: {
            /** @description Unique within its source. */
            customerId: string;
            /** @description The name of the customer. */
            name: string;
            /** @description The market segment, for example `Consumer`. */
            segment: string;
            source: components["schemas"]["Source"];
        };
        /** @description The token for the next page, to be sent as `pageToken`. Absent on the last page. */
        NextPageToken: string;
        /** @description A page of customers. */
        CustomerPage: {
            /** @description Sorted by customer id. */
            customers: components["schemas"]["Customer"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description The id of one of your uploads, `upload_` and a UUIDv7.
         * @example upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10
         */
        UploadId: string;
        /** @description The upload to import. */
        ImportOrdersRequest: {
            uploadId: components["schemas"]["UploadId"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description The number of rows by outcome. `rowsRead` is the sum of the other three. */
        ImportResult: {
            /**
             * Format: int64
             * @description All data rows of the file.
             */
            rowsRead: number;
            /**
             * Format: int64
             * @description Rows that were loaded.
             */
            rowsLoaded: number;
            /**
             * Format: int64
             * @description Rows that were already stored with the same content.
             */
            rowsUnchanged: number;
            /**
             * Format: int64
             * @description Rows that were rejected and written to the reject file.
             */
            rowsRejected: number;
            /**
             * Format: uri-reference
             * @description A signed link to the reject file, a CSV with line, column and reason of each rejected row. Absent if no row was rejected.
             */
            rejectUrl?: string;
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `importOrders`. */
        ImportOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "importOrders";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["ImportResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["ImportOrdersInput"];
        };
        /** @description An order in a list. */
        OrderSummary: {
            /** @description Unique within its source. */
            orderId: string;
            /** @description The id of the customer. */
            customerId: string;
            /** @description The name of the customer. */
            customerName: string;
            orderDate: components["schemas"]["Day"];
            shipDate: components["schemas"]["Day"];
            /** @description The shipping mode, for example `Second Class`. */
            shipMode: string;
            /** @description The country of the destination. */
            country: string;
            /** @description The region of the country. */
            region: string;
            /** @description The state of the country. */
            state: string;
            /** @description The city of the destination. */
            city: string;
            /** @description The postal code as text, with leading zeros. */
            postalCode: string;
            source: components["schemas"]["Source"];
        };
        /** @description A page of orders. */
        OrderPage: {
            /** @description Newest order date first. */
            orders: components["schemas"]["OrderSummary"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description A decimal number as text, to preserve its precision.
         * @example 261.9600
         */
        Decimal: string;
        /** @description A line of an order. */
        OrderLine: {
            /**
             * Format: int64
             * @description The row id in the imported file.
             */
            rowId: number;
            /** @description The id of the product. */
            productId: string;
            /** @description The name of the product. */
            productName: string;
            /** @description The category, for example `Furniture`. */
            category: string;
            /** @description The sub-category, for example `Bookcases`. */
            subCategory: string;
            sales: components["schemas"]["Decimal"];
            /**
             * Format: int32
             * @description The number of items.
             */
            quantity: number;
            discount: components["schemas"]["Decimal"];
            profit: components["schemas"]["Decimal"];
        };
        /** @description An order with its lines. */
        Order: {
            /** @description Unique within its source. */
            orderId: string;
            /** @description The id of the customer. */
            customerId: string;
            /** @description The name of the customer. */
            customerName: string;
            orderDate: components["schemas"]["Day"];
            shipDate: components["schemas"]["Day"];
            /** @description The shipping mode, for example `Second Class`. */
            shipMode: string;
            /** @description The country of the destination. */
            country: string;
            /** @description The region of the country. */
            region: string;
            /** @description The state of the country. */
            state: string;
            /** @description The city of the destination. */
            city: string;
            /** @description The postal code as text, with leading zeros. */
            postalCode: string;
            source: components["schemas"]["Source"];
            /** @description The first 1,000 lines, sorted by row id. */
            lines: components["schemas"]["OrderLine"][];
            /**
             * @description Present if the order has more lines than `lines` contains. Reports read all lines.
             * @enum {boolean}
             */
            moreLines?: true;
        };
        /**
         * @description The warehouse that reserves the lines. Sent to the stock vendor unchanged.
         * @example east
         */
        Warehouse: string;
        /**
         * @description The payment method to charge. Sent to the payment vendor unchanged. Use a token of that vendor, never a card number.
         * @example card_on_file
         */
        PaymentMethod: string;
        /**
         * @description The service of the carrier. Sent to the carrier vendor unchanged.
         * @example express
         */
        CarrierService: string;
        /**
         * @description The recipient of the confirmation. Sent to the confirmation vendor unchanged.
         * @example claire@example.com
         */
        Contact: string;
        /** @description Options of the delivery. The body and every field are optional. */
        DeliverOrderRequest: {
            warehouse?: components["schemas"]["Warehouse"];
            paymentMethod?: components["schemas"]["PaymentMethod"];
            carrierService?: components["schemas"]["CarrierService"];
            contact?: components["schemas"]["Contact"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description The delivered order and its tracking number. */
        DeliveryResult: {
            /** @description The id of the order. */
            orderId: string;
            /** @description The tracking number of the carrier. */
            trackingNumber: string;
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description The order that the operation delivers. */
        OrderReference: {
            /** @enum {string} */
            type: "order";
            /** @description The id of the order. */
            id: string;
            /** @description The order, as in `GET /orders/{orderId}`. Present only with `expand=resource`. */
            order?: components["schemas"]["Order"];
        };
        /** @description An operation of type `deliverOrder`. */
        DeliveryOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "deliverOrder";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["DeliveryResult"];
            resource?: components["schemas"]["OrderReference"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["DeliverOrderInput"];
        };
        /** @description The full name. */
        PersonName: string;
        /** @description The person to check. Sent to every vendor of the screening, `email` and `nationalId` only to those that need them. */
        Candidate: {
            name: components["schemas"]["PersonName"];
            /**
             * Format: date
             * @description The day of birth, as `YYYY-MM-DD`.
             */
            birthDate: string;
            /**
             * Format: email
             * @description The email address. Sent to the identity vendor only.
             */
            email?: string;
            /** @description The number of the identity card or passport. Sent to the identity and the criminal records vendor only. */
            nationalId?: string;
        };
        /** @description A period of employment. */
        Employment: {
            /** @description The name of the employer. */
            employer: string;
            /** @description The job title. */
            title?: string;
            /**
             * Format: date
             * @description The first day, as `YYYY-MM-DD`.
             */
            fromDate?: string;
            /**
             * Format: date
             * @description The last day, not before `fromDate`. Absent if the employment goes on.
             */
            toDate?: string;
        };
        /** @description The former and present employers. Sent to the employment vendor only. */
        EmploymentHistory: components["schemas"]["Employment"][];
        /** @description A course of study. */
        Education: {
            /** @description The name of the school or university. */
            institution: string;
            /** @description The degree. */
            degree?: string;
            /**
             * Format: int32
             * @description The year of the graduation.
             */
            graduationYear?: number;
        };
        /** @description The degrees to verify. Sent to the education vendor only. */
        EducationHistory: components["schemas"]["Education"][];
        /**
         * @description Your own id of the candidate. It is stored and shown in clear, so it must not contain personal data.
         * @example cand-4711
         */
        CandidateId: string;
        /**
         * @description A check by one vendor. It is also the name of its phase.
         * @enum {string}
         */
        ScreeningCheck: "IDENTITY" | "CRIMINAL_RECORDS" | "EMPLOYMENT" | "EDUCATION";
        /** @description The checks to make. Default: `IDENTITY` and `CRIMINAL_RECORDS`, `EMPLOYMENT` if `employment` has an entry, and `EDUCATION` if `education` has one. */
        ScreeningChecks: components["schemas"]["ScreeningCheck"][];
        /**
         * @description The package to order from the identity vendor. Sent to it unchanged.
         * @example standard
         */
        IdentityPackage: string;
        /**
         * @description The package to order from the criminal records vendor. Sent to it unchanged.
         * @example standard
         */
        CriminalRecordsPackage: string;
        /**
         * @description The package to order from the employment vendor. Sent to it unchanged.
         * @example standard
         */
        EmploymentPackage: string;
        /**
         * @description The package to order from the education vendor. Sent to it unchanged.
         * @example standard
         */
        EducationPackage: string;
        /**
         * @description The candidate and the checks. `candidate`, `employment` and `education` are personal data: they are stored encrypted, sent to the vendors that need them,
         *     never returned, and deleted with the operation.
         */
        ScreenCandidateRequest: {
            candidate: components["schemas"]["Candidate"];
            employment?: components["schemas"]["EmploymentHistory"];
            education?: components["schemas"]["EducationHistory"];
            candidateId?: components["schemas"]["CandidateId"];
            checks?: components["schemas"]["ScreeningChecks"];
            identityPackage?: components["schemas"]["IdentityPackage"];
            criminalRecordsPackage?: components["schemas"]["CriminalRecordsPackage"];
            employmentPackage?: components["schemas"]["EmploymentPackage"];
            educationPackage?: components["schemas"]["EducationPackage"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /**
         * @description `CLEAR`: nothing stands against the candidate. `ADVERSE`: something does.
         * @enum {string}
         */
        ScreeningOutcome: "CLEAR" | "ADVERSE";
        /**
         * @description The vendor's id of the check. It must not contain personal data.
         * @example CR-5D0419B2C7D8
         */
        VendorReference: string;
        /**
         * @description The reason of the decision. It is part of the result and not encrypted, so refer to the candidate by `candidateId` or `reference` only.
         * @example The record CR-5D0419B2C7D8 belongs to another person.
         */
        DecisionNote: string;
        /** @description The outcome of one check. */
        CheckResult: {
            check: components["schemas"]["ScreeningCheck"];
            verdict: components["schemas"]["ScreeningOutcome"];
            /**
             * @description `PERSON`: the vendor gave the verdict `REVIEW`, and a person decided.
             * @enum {string}
             */
            decidedBy: "VENDOR" | "PERSON";
            reference: components["schemas"]["VendorReference"];
            /** @description When the vendor was asked. */
            requestedAt: components["schemas"]["Timestamp"];
            /** @description When the vendor gave its verdict. */
            completedAt: components["schemas"]["Timestamp"];
            /** @description The note of the decision. Only if `decidedBy` is `PERSON`. */
            note?: components["schemas"]["DecisionNote"];
        };
        /** @description The outcome of the screening. It contains no personal data of the request. */
        ScreeningResult: {
            /** @description `CLEAR` if every check is `CLEAR`, else `ADVERSE`. */
            overall: components["schemas"]["ScreeningOutcome"];
            /** @description The checks that were made, in the order of the phases. */
            checks: components["schemas"]["CheckResult"][];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `screenCandidate`. */
        ScreeningOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "screenCandidate";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["ScreeningResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["ScreenCandidateInput"];
        };
        /** @description The body of the callback of a vendor. */
        ScreeningVerdict: {
            /**
             * @description `CLEAR`: nothing was found. `ADVERSE`: something was found. `REVIEW`: a person must decide.
             * @enum {string}
             */
            verdict: "CLEAR" | "REVIEW" | "ADVERSE";
            reference: components["schemas"]["VendorReference"];
            /**
             * Format: date-time
             * @description When the vendor completed the check. Default: when the callback is processed.
             */
            checkedAt?: string;
        };
        /** @description The decision of a person about the checks whose vendors gave the verdict `REVIEW`. */
        ScreeningDecision: {
            decision: components["schemas"]["ScreeningOutcome"];
            note?: components["schemas"]["DecisionNote"];
        };
        /**
         * @description A status, in upper or lower case. `PROCESSING` is an alias of `RUNNING`.
         * @enum {string}
         */
        StatusFilter: "PENDING" | "RUNNING" | "WAITING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROCESSING" | "pending" | "running" | "waiting" | "cancelling" | "completed" | "completed_with_errors" | "failed" | "cancelled" | "processing";
        /**
         * @description The `code` of a problem.
         * @example NO_DATA_IN_RANGE
         */
        ProblemCodeFilter: string;
        /** @description A page of operations. */
        OperationPage: {
            /** @description Newest first. */
            operations: components["schemas"]["Operation"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
            /**
             * Format: int64
             * @description The number of matching operations. Present only with `includeTotal`, and only if counting takes less than a second.
             */
            totalSize?: number;
        };
        /** @description The ids of the operations. A repeated id is returned once. */
        BatchGetIds: string[];
        /** @description The operations to read. */
        BatchGetRequest: {
            operationIds: components["schemas"]["BatchGetIds"];
        };
        /** @description Each requested id is either in `operations` or in `notFound`. */
        BatchGetAnswer: {
            /** @description In the order of the request. */
            operations: components["schemas"]["Operation"][];
            /** @description Ids that are malformed, unknown, expired, or of another owner. */
            notFound: string[];
        };
        /** @description A submit of one operation type. */
        BatchItem: {
            /** @description The operation type. */
            type: string;
            /** @description The parameters in the path of the submit of this type, for example `{"orderId": "CA-2017-100090"}`. Absent if it has none. */
            path?: {
                [key: string]: string;
            };
            /** @description The body of the submit of this type, without `validateOnly`. */
            body?: {
                [key: string]: unknown;
            };
            /**
             * @description The items of this batch that must end before this one starts, by their index from 0, in addition to the operations that `body.dependsOn` names.
             *     `body.dependencyPolicy` applies to both. An item is refused if it depends on itself, directly or through other items, or on an item that is refused.
             */
            dependsOn?: number[];
            /** @description The `Idempotency-Key` of this submit. It has the same effect as the header of a single submit, and shares its keys. */
            idempotencyKey?: string;
        };
        /** @description The operations to submit, in order. */
        BatchItems: components["schemas"]["BatchItem"][];
        /**
         * @description Submits all operations or, if one of them is refused, none. The response is then a 422 `BATCH_REFUSED`.
         * @default false
         */
        AllOrNothing: boolean;
        /** @description The webhook of the batch, which gets the message `batch.completed` when all operations of the batch have ended. Operations have webhooks of their own. */
        BatchWebhook: {
            url: components["schemas"]["WebhookUrl"];
            secret?: components["schemas"]["WebhookSecret"];
            format?: components["schemas"]["WebhookFormat"];
        };
        /** @description The operations to submit, and how. */
        BatchCreateRequest: {
            operations: components["schemas"]["BatchItems"];
            allOrNothing?: components["schemas"]["AllOrNothing"];
            webhook?: components["schemas"]["BatchWebhook"];
        };
        /** @description The operation, as the response to its submit has it, or the problem because of which it was refused. */
        BatchItemResult: {
            operation?: components["schemas"]["Operation"];
            /** @description Instead of `operation`, with `Prefer: return=minimal`. */
            operationId?: components["schemas"]["OperationId"];
            /**
             * @description Present if an earlier submit with the same `idempotencyKey` has started the operation, which does not belong to this batch then.
             * @enum {boolean}
             */
            replayed?: true;
            /** @description Why the submit was refused. The pointers in `errors` start at the item: `/body/dateRange/toDate`. */
            problem?: components["schemas"]["Problem"];
        };
        /** @description The webhook of the batch, without its URL. */
        RegisteredBatchWebhook: {
            /** @description Whether the message is sent. `false` after the webhook answered 410. */
            registered: boolean;
            format: components["schemas"]["WebhookFormat"];
            /** @description Present only in the response to the request that created the batch and its replays. Store the secret. */
            secret?: components["schemas"]["WebhookSecret"];
        };
        /** @description URLs of the batch. */
        BatchLinks: {
            /**
             * Format: uri-reference
             * @description GET reads the batch.
             */
            self: string;
            /**
             * Format: uri-reference
             * @description GET lists the operations of the batch.
             */
            operations: string;
        };
        /** @description The batch, and the outcome of each submit. */
        BatchCreated: {
            batchId: components["schemas"]["BatchId"];
            /** @description One result for each operation of the request, in the order of the request. */
            results: components["schemas"]["BatchItemResult"][];
            /**
             * Format: int32
             * @description The number of new operations.
             */
            accepted: number;
            /**
             * Format: int32
             * @description The number of operations that earlier submits with the same `idempotencyKey` have started.
             */
            replayed: number;
            /**
             * Format: int32
             * @description The number of problems.
             */
            refused: number;
            webhook?: components["schemas"]["RegisteredBatchWebhook"];
            links: components["schemas"]["BatchLinks"];
        };
        /** @description The number of operations of the batch in each status, including those that have been deleted since they ended. */
        BatchCounts: {
            /**
             * Format: int32
             * @description Operations that are `PENDING`.
             */
            PENDING: number;
            /**
             * Format: int32
             * @description Operations that are `RUNNING`.
             */
            RUNNING: number;
            /**
             * Format: int32
             * @description Operations that are `WAITING`.
             */
            WAITING: number;
            /**
             * Format: int32
             * @description Operations that are `CANCELLING`.
             */
            CANCELLING: number;
            /**
             * Format: int32
             * @description Operations that are `COMPLETED`.
             */
            COMPLETED: number;
            /**
             * Format: int32
             * @description Operations that are `COMPLETED_WITH_ERRORS`.
             */
            COMPLETED_WITH_ERRORS: number;
            /**
             * Format: int32
             * @description Operations that are `FAILED`.
             */
            FAILED: number;
            /**
             * Format: int32
             * @description Operations that are `CANCELLED`.
             */
            CANCELLED: number;
        };
        /** @description The progress of the batch. */
        BatchProgress: {
            /**
             * Format: double
             * @description The mean of the percentages of its operations. An operation that has ended counts as 100.
             */
            percentage: number;
        };
        /** @description Operations that were submitted by one request. */
        Batch: {
            batchId: components["schemas"]["BatchId"];
            createdAt: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description The number of submits in the request: the sum of `accepted`, `replayed` and `refused`.
             */
            total: number;
            /**
             * Format: int32
             * @description The number of operations of the batch.
             */
            accepted: number;
            /**
             * Format: int32
             * @description The number of submits that were answered with an earlier operation.
             */
            replayed: number;
            /**
             * Format: int32
             * @description The number of submits that were refused.
             */
            refused: number;
            counts: components["schemas"]["BatchCounts"];
            /** @description Whether all operations of the batch have ended. Poll until `done` is true. */
            done: boolean;
            progress: components["schemas"]["BatchProgress"];
            /** @description When the last operation of the batch ended. Present when the batch is done. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the batch is deleted, which is not before its operations are. Present when the batch is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            webhook?: components["schemas"]["RegisteredBatchWebhook"];
            links: components["schemas"]["BatchLinks"];
        };
        /** @description Selects operations in one of these statuses. */
        StatusesFilter: components["schemas"]["StatusFilter"][];
        /** @description Selects operations of this type. */
        TypeFilter: string;
        /** @description Selects failed operations whose `error` has one of these codes. */
        ProblemCodesFilter: components["schemas"]["ProblemCodeFilter"][];
        /** @description Selects operations that have all of these labels, each as `key:value`. */
        LabelsFilter: string[];
        /** @description Selects your operations that match all given fields. At least one field is required. Bulk cancels and bulk retries are never selected. */
        OperationFilter: {
            status?: components["schemas"]["StatusesFilter"];
            type?: components["schemas"]["TypeFilter"];
            problemCode?: components["schemas"]["ProblemCodesFilter"];
            label?: components["schemas"]["LabelsFilter"];
            /**
             * Format: date-time
             * @description Selects operations created at this time or later.
             */
            createdAfter?: string;
            /**
             * Format: date-time
             * @description Selects operations created before this time.
             */
            createdBefore?: string;
            scheduleId?: components["schemas"]["ScheduleId"];
            batchId?: components["schemas"]["BatchId"];
        };
        /** @description The reason of the cancel. The operation shows it as `reason`. */
        CancelReason: string;
        /** @description The operations to cancel, and the reason. */
        CancelOperationsRequest: {
            filter: components["schemas"]["OperationFilter"];
            reason?: components["schemas"]["CancelReason"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description A reason why operations were skipped. */
        SkipReason: {
            /**
             * @description The code that a request for one of these operations has.
             * @example CANNOT_CANCEL
             */
            code: string;
            /** @description The reason as text. */
            detail: string;
            /**
             * Format: int64
             * @description The number of operations that were skipped for this reason.
             */
            operations: number;
        };
        /** @description The number of operations that matched the filter and were cancelled, retried or skipped. */
        BulkResult: {
            /**
             * Format: int64
             * @description Matching operations: the sum of `done` and `skipped`.
             */
            matched: number;
            /**
             * Format: int64
             * @description Operations that were cancelled, are being cancelled, or were retried.
             */
            done: number;
            /**
             * Format: int64
             * @description Operations that could not be cancelled because they had ended, or could not be retried because they had not ended, were `COMPLETED`, had already been retried, or would exceed a quota.
             */
            skipped: number;
            /** @description Why operations were skipped. Absent if none was skipped. */
            skippedFor?: components["schemas"]["SkipReason"][];
            warnings?: components["schemas"]["Warnings"];
        };
        /** @description An operation of type `cancelOperations`. */
        CancelOperationsOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "cancelOperations";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["BulkResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["CancelOperationsInput"];
        };
        /** @description The operations to retry. */
        RetryOperationsRequest: {
            filter: components["schemas"]["OperationFilter"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            dependsOn?: components["schemas"]["DependsOn"];
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            startAfter?: components["schemas"]["StartAfter"];
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            webhook?: components["schemas"]["Webhook"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        /** @description An operation of type `retryOperations`. */
        RetryOperationsOperation: {
            operationId: components["schemas"]["OperationId"];
            /**
             * @description The operation type. It determines the schema of `result`. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "retryOperations";
            /** @description One line about the input, for lists: what the operation was asked to do. */
            summary?: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. Poll until `done` is true. */
            done: boolean;
            /**
             * Format: int32
             * @description The number of attempts that workers have started, including those for compensation.
             */
            attempt: number;
            /**
             * Format: int32
             * @description The number of failed attempts. A lost worker or a restart of the service does not count.
             */
            failures: number;
            /**
             * Format: int32
             * @description The number of failures after which the operation is `FAILED`.
             */
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            /** @description The cause of the failure. Present only if `FAILED`. */
            error?: components["schemas"]["Problem"];
            /** @description The reason of the cancel request. Absent without one. */
            reason?: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description The time of the last change of the status or the progress. */
            updatedAt: components["schemas"]["Timestamp"];
            /** @description The start of the current or last attempt. Absent while the operation is `PENDING` or `WAITING`. */
            startedAt?: components["schemas"]["Timestamp"];
            /** @description The expected end. It is estimated from the progress or, before the first progress, from recent operations of the same type. Absent without an estimate, and while the operation waits. */
            estimatedCompletion?: components["schemas"]["Timestamp"];
            /** @description When the operation was completed. Present only if `COMPLETED` or `COMPLETED_WITH_ERRORS`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation failed. Present only if `FAILED`. */
            failedAt?: components["schemas"]["Timestamp"];
            /** @description When the operation was cancelled. Present only if `CANCELLED`. */
            cancelledAt?: components["schemas"]["Timestamp"];
            /** @description When the operation, its result and its files are deleted. Present when the operation is done. */
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description The earliest start, as submitted. */
            startAfter?: components["schemas"]["Timestamp"];
            /** @description The operations that must end before this one starts, as submitted. Absent without dependencies. */
            dependsOn?: components["schemas"]["OperationId"][];
            /** @description What happens when a dependency fails or is cancelled. Absent without dependencies. */
            dependencyPolicy?: components["schemas"]["DependencyPolicy"];
            /** @description The concurrency key, as submitted. Operations with the same key never run at the same time. */
            concurrencyKey?: components["schemas"]["ConcurrencyKey"];
            /**
             * Format: double
             * @description Seconds from `startedAt` to the end, or until now while the operation runs.
             */
            duration?: number;
            /**
             * Format: int32
             * @description The position among your waiting operations. Present only in `GET /operations/{operationId}` while the operation is `PENDING` and due. Absent beyond 1,000.
             */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** @description The batch that the operation was submitted with. */
            batchId?: components["schemas"]["BatchId"];
            /** @description What the operation waits for. Present only while it is `WAITING`. */
            waits?: components["schemas"]["PendingWait"][];
            webhook?: components["schemas"]["OperationWebhook"];
            /** @description The operation that this operation retries. */
            retryOf?: components["schemas"]["OperationId"];
            /** @description The operation that retries this operation. */
            retriedBy?: components["schemas"]["OperationId"];
            /** @description The schedule that submitted this operation. A retry has none. */
            scheduleId?: components["schemas"]["ScheduleId"];
            /** @description The due time of the schedule, or the time of its trigger. */
            scheduledFor?: components["schemas"]["Timestamp"];
            /**
             * Format: uri-reference
             * @description The URL of the operation. The same as `links.self`.
             */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
            result?: components["schemas"]["BulkResult"];
            /** @description Present only with `view=FULL`. */
            input?: components["schemas"]["RetryOperationsInput"];
        };
        /**
         * @description `status-update`: the status or the progress changed. `log`: a log line. `completed`, `failed`, `cancelled`: the operation has ended. `completed` is also
         *     sent for `COMPLETED_WITH_ERRORS`.
         * @enum {string}
         */
        EventName: "status-update" | "log" | "completed" | "failed" | "cancelled";
        /**
         * Format: int32
         * @description The number of the event in the history of its operation. The creation is 0, and there are no gaps.
         */
        Sequence: number;
        /** @description For `log`, `message` and `data`. For `completed`, the current `result` of the operation. For `failed`, its `error`. For a failed attempt, the `error` of that attempt. */
        EventData: {
            /** @description The text of the log line, up to 1,000 characters. */
            message?: string;
            /** @description Structured data of the log line, up to 4 KB. */
            data?: {
                [key: string]: unknown;
            };
            /** @description The `result` of the operation, with valid links. */
            result?: {
                [key: string]: unknown;
            };
            error?: components["schemas"]["Problem"];
        };
        /** @description An event of an operation. */
        Event: {
            operationId: components["schemas"]["OperationId"];
            sequence: components["schemas"]["Sequence"];
            event: components["schemas"]["EventName"];
            timestamp: components["schemas"]["Timestamp"];
            /** @description The status of the operation after the event. */
            status: components["schemas"]["Status"];
            /** @description The progress of the operation. Present if the progress changed, and in the event that ends the operation, with the final progress. */
            progress?: components["schemas"]["Progress"];
            /**
             * Format: int32
             * @description The attempt during which the event happened. 0 before the first attempt.
             */
            attempt?: number;
            /**
             * @description What caused the event: `key:` and the public prefix of an API key, `jwt:` and the subject of a token, `worker`, `callback` for a request to a callback
             *     URL, or `operation:` and the id of a bulk operation. A key of the configuration is shown by a digest. Events of early versions have `owner` for all credentials.
             * @example key:5e884898
             * @example worker
             * @example operation:op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
             */
            actor?: string;
            /**
             * @description The client address of the request, IPv4 or IPv6. Present only if a request caused the event.
             * @example 203.0.113.7
             */
            address?: string;
            /** @description The reason as text. For a change of phases, the phases and their statuses, for example `PAYMENT is COMPLETED`. */
            reason?: string;
            data?: components["schemas"]["EventData"];
        };
        /**
         * @description One event of the stream, as the WHATWG format of server-sent events gives it to its reader. Comments are not events. Only a block with `data` is an event of an
         *     operation; a block with `retry` or `id` alone sets the value for the next reconnect.
         */
        ServerSentEvent: {
            /** @description The value for `Last-Event-ID`: the sequence of the event, or a cursor in the stream of all operations. */
            id?: string;
            event?: components["schemas"]["EventName"];
            /** @description The event as one line of JSON. */
            data?: string;
            /**
             * Format: int32
             * @description Milliseconds until a reconnect.
             */
            retry?: number;
        };
        /** @description The optional body of a cancel. */
        CancelRequest: {
            reason?: components["schemas"]["CancelReason"];
        };
        /** @description A part of the history of an operation. */
        EventList: {
            /** @description Oldest first. */
            events: components["schemas"]["Event"][];
        };
        /** @description A line of the log of an operation. */
        LogLine: {
            sequence: components["schemas"]["Sequence"];
            timestamp: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description The attempt that wrote the line.
             */
            attempt: number;
            /** @description The text, up to 1,000 characters. */
            message: string;
            /** @description Structured data, up to 4 KB. */
            data?: {
                [key: string]: unknown;
            };
        };
        /** @description A part of the log of an operation. */
        LogList: {
            /** @description Oldest first. */
            logs: components["schemas"]["LogLine"][];
        };
        /**
         * @description `STATUS_UPDATE`: the status or the progress changed. `LOG`: a log line. `COMPLETED`, `FAILED`, `CANCELLED`: the operation has ended. `COMPLETED` is also
         *     sent for `COMPLETED_WITH_ERRORS`.
         * @enum {string}
         */
        SocketEventName: "STATUS_UPDATE" | "LOG" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** @description An event of an operation, as a WebSocket message. */
        SocketEvent: {
            event: components["schemas"]["SocketEventName"];
            operationId: components["schemas"]["OperationId"];
            sequence: components["schemas"]["Sequence"];
            timestamp: components["schemas"]["Timestamp"];
            /** @description The status of the operation after the event. */
            status: components["schemas"]["Status"];
            /** @description The progress of the operation. Present if the progress changed, and in the event that ends the operation, with the final progress. */
            progress?: components["schemas"]["Progress"];
            /**
             * Format: int32
             * @description The attempt during which the event happened. 0 before the first attempt.
             */
            attempt?: number;
            /**
             * @description What caused the event: `key:` and the public prefix of an API key, `jwt:` and the subject of a token, `worker`, `callback` for a request to a callback
             *     URL, or `operation:` and the id of a bulk operation. A key of the configuration is shown by a digest. Events of early versions have `owner` for all credentials.
             */
            actor?: string;
            /** @description The client address of the request, IPv4 or IPv6. Present only if a request caused the event. */
            address?: string;
            /** @description The reason as text. For a change of phases, the phases and their statuses, for example `PAYMENT is COMPLETED`. */
            reason?: string;
            data?: components["schemas"]["EventData"];
        };
        /** @description A wait of an operation, with its state. */
        Wait: {
            /** @description The name, unique within the operation. */
            name: string;
            kind: components["schemas"]["WaitKind"];
            /** @description Who is expected to decide, as text. Only if the kind is `INPUT`. */
            who?: string;
            /** @description The JSON Schema of the body that completes the wait. Absent for a `TIMER`. */
            schema?: {
                [key: string]: unknown;
            };
            /**
             * Format: uri-reference
             * @description POST completes the wait. Needs the scope `operations:write`. Absent for a `TIMER`.
             */
            url?: string;
            /** @description When a `TIMER` is over, or when a `CALLBACK` or `INPUT` expires. After that the operation fails with `WAIT_TIMEOUT`, unless it continues without the answer. */
            expiresAt: components["schemas"]["Timestamp"];
            /**
             * @description `PENDING`: it can be completed. `COMPLETED`: its body has arrived, or the timer is over. `EXPIRED`: nothing arrived in time. `CANCELLED`: the operation was cancelled or ended before.
             * @enum {string}
             */
            state: "PENDING" | "COMPLETED" | "EXPIRED" | "CANCELLED";
            /** @description When the operation began to wait, or when the callback arrived if that was earlier. */
            createdAt: components["schemas"]["Timestamp"];
            /** @description Present only if `COMPLETED`. */
            completedAt?: components["schemas"]["Timestamp"];
            /** @description What completed the wait: `key:` and the public prefix of an API key, `jwt:` and the subject of a token, or `callback`. Absent for a `TIMER`. */
            completedBy?: string;
        };
        /** @description A page of the waits of an operation. */
        WaitPage: {
            /** @description In the order in which they began. */
            waits: components["schemas"]["Wait"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description The body that completes the wait. It must match the `schema` of the wait. */
        WaitBody: {
            [key: string]: unknown;
        };
        /** @description The callback was stored. */
        CallbackAnswer: {
            /**
             * @description Always `COMPLETED`.
             * @enum {string}
             */
            state: "COMPLETED";
        };
        /**
         * @description `dlv_` and a UUIDv7. It is also the `webhook-id` of the message, the same for all attempts.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryId: string;
        /**
         * @description `whr_` and a UUIDv7.
         * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverId: string;
        /**
         * @description Outcome of an attempt. A delivery shows the outcome of its last attempt. `ACKNOWLEDGED`: 2xx. `REDIRECTED`: 3xx; redirects are not followed. `GONE`: 410; nothing more is sent to this webhook or
         *     receiver. `REFUSED`: any other status. `TIMED_OUT`: no response within 15 seconds. `UNREACHABLE`: DNS, connection, TLS or HTTP failed.
         *     `BLOCKED`: the URL is not allowed or its address is not public. `DISABLED`: the receiver was disabled or deleted before the attempt.
         * @enum {string}
         */
        DeliveryOutcome: "ACKNOWLEDGED" | "REFUSED" | "REDIRECTED" | "GONE" | "TIMED_OUT" | "UNREACHABLE" | "BLOCKED" | "DISABLED";
        /** @description An attempt to send the message. Of the response only the class of the status is recorded. */
        DeliveryAttempt: {
            /**
             * Format: int32
             * @description The number of the attempt. A number is missing if the service stopped during the attempt.
             */
            attempt: number;
            startedAt: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description Duration of the attempt, in seconds.
             */
            duration: number;
            outcome: components["schemas"]["DeliveryOutcome"];
            /**
             * @description The class of the status of the response. Absent if there was no response.
             * @enum {string}
             */
            statusClass?: "2xx" | "3xx" | "4xx" | "5xx";
        };
        /** @description A message to one webhook or receiver, and its attempts. */
        Delivery: {
            deliveryId: components["schemas"]["DeliveryId"];
            /** @description The operation that the message is about. Absent for a ping. */
            operationId?: components["schemas"]["OperationId"];
            /** @description The receiver. Absent if the message is for the webhook of the operation. */
            receiverId?: components["schemas"]["ReceiverId"];
            /**
             * @description The event that the message reports.
             * @enum {string}
             */
            event: "PENDING" | "RUNNING" | "WAITING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROGRESS" | "PING";
            /**
             * Format: int32
             * @description The sequence of the event in the history of the operation. 0 for the creation and for a ping.
             */
            sequence: number;
            /**
             * @description `PENDING`: the message is being sent, or will be sent at `nextAttempt`. `DELIVERED`: the receiver answered 2xx. `FAILED`: there are no further
             *     attempts, because three days have passed, the receiver answered 410, or the receiver is disabled or deleted. A ping has one attempt.
             *     `BLOCKED`: the URL is not allowed or its address is not public, and nothing was sent.
             * @enum {string}
             */
            state: "PENDING" | "DELIVERED" | "FAILED" | "BLOCKED";
            outcome?: components["schemas"]["DeliveryOutcome"];
            createdAt: components["schemas"]["Timestamp"];
            /** @description The earliest time of the next attempt. Present only while `PENDING`. */
            nextAttempt?: components["schemas"]["Timestamp"];
            /** @description The latest 100 attempts, oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
        };
        /** @description A page of deliveries. */
        DeliveryPage: {
            /** @description Newest first. */
            deliveries: components["schemas"]["Delivery"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description An ISO 8601 duration.
         * @enum {string}
         */
        StatisticsInterval: "PT1M" | "PT5M" | "PT15M" | "PT1H" | "PT6H" | "P1D";
        /** @description The number of operations in each status that is not final, now. */
        ActiveCounts: {
            /**
             * Format: int64
             * @description Operations that are `PENDING`.
             */
            PENDING: number;
            /**
             * Format: int64
             * @description Operations that are `RUNNING`.
             */
            RUNNING: number;
            /**
             * Format: int64
             * @description Operations that are `WAITING`.
             */
            WAITING: number;
            /**
             * Format: int64
             * @description Operations that are `CANCELLING`.
             */
            CANCELLING: number;
            /**
             * Format: int64
             * @description The sum of the four.
             */
            total: number;
            /**
             * @description `false` if there are more operations than the service counts: 20,000 that are `PENDING`, 20,000 that are `WAITING`, and 20,000 that are `RUNNING` or
             *     `CANCELLING`. The numbers, also of single types, are lower bounds then.
             */
            exact: boolean;
        };
        /**
         * Format: int64
         * @description Operations that ended with this status.
         */
        EndedCount: number;
        /** @description The number of operations that ended in the window, by status. Operations that have been deleted since are included. */
        EndedCounts: {
            COMPLETED: components["schemas"]["EndedCount"];
            COMPLETED_WITH_ERRORS: components["schemas"]["EndedCount"];
            FAILED: components["schemas"]["EndedCount"];
            CANCELLED: components["schemas"]["EndedCount"];
            /**
             * Format: int64
             * @description The sum of the four.
             */
            total: number;
            /**
             * Format: double
             * @description The throughput: `total` divided by the seconds of the window, or of the interval.
             */
            perSecond: number;
        };
        /** @description The operation that has waited longest of those that could start now. Absent if there is none, and while `active.exact` is `false` possibly another one. */
        OldestPending: {
            /** @description Since when it could start: its submit, its `startAfter`, the end of its dependencies or of the delay before its next attempt. */
            since: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description The seconds since then.
             */
            seconds: number;
        };
        /** @description Percentiles of a duration in seconds. They are computed from counts by class and differ from the exact ones by at most 10 %, or one millisecond. */
        Percentiles: {
            /**
             * Format: int64
             * @description The number of operations.
             */
            count: number;
            /**
             * Format: double
             * @description Half of the operations took at most this long.
             */
            p50: number;
            /**
             * Format: double
             * @description 95 % of the operations took at most this long.
             */
            p95: number;
            /**
             * Format: double
             * @description 99 % of the operations took at most this long.
             */
            p99: number;
        };
        /** @description The figures of one operation type. */
        TypeStatistics: {
            /** @description The operation type. */
            type: string;
            active: components["schemas"]["ActiveCounts"];
            oldestPending?: components["schemas"]["OldestPending"];
            ended: components["schemas"]["EndedCounts"];
            /** @description The time from when an operation could start (its submit, or `startAfter`) to its start. Only of operations that ended in their first attempt and have no `dependsOn`. Absent if there are none. */
            queueTime?: components["schemas"]["Percentiles"];
            /** @description The `duration` of the operations that were started. Absent if there are none. */
            runTime?: components["schemas"]["Percentiles"];
        };
        /** @description The operations that ended in one interval. */
        StatisticsPoint: {
            /** @description The start of the interval. */
            from: components["schemas"]["Timestamp"];
            COMPLETED: components["schemas"]["EndedCount"];
            COMPLETED_WITH_ERRORS: components["schemas"]["EndedCount"];
            FAILED: components["schemas"]["EndedCount"];
            CANCELLED: components["schemas"]["EndedCount"];
            /**
             * Format: int64
             * @description The sum of the four.
             */
            total: number;
            /**
             * Format: double
             * @description `total` divided by the seconds of the interval. Of the last one, by those that have passed.
             */
            perSecond: number;
            /** @description The `queueTime` of the operations that ended in the interval. Absent if there are none, and without `includeDurations`. */
            queueTime?: components["schemas"]["Percentiles"];
            /** @description The `runTime` of the operations that ended in the interval. Absent if there are none, and without `includeDurations`. */
            runTime?: components["schemas"]["Percentiles"];
        };
        /** @description The operations that failed with a problem code. */
        ProblemCount: {
            /** @description The `code` of the `error`. `OTHER` if it has another format than the codes of the problem catalogue. */
            code: string;
            /**
             * Format: int64
             * @description The number of operations.
             */
            count: number;
        };
        /** @description Operations of an owner that have not ended, and those that ended in a window. */
        Statistics: {
            /** @description The start of the window. It is rounded down to the start of an interval, so that the window can be longer than requested by less than one interval. */
            from: components["schemas"]["Timestamp"];
            /** @description The end of the window, which is the time of the response. */
            to: components["schemas"]["Timestamp"];
            interval: components["schemas"]["StatisticsInterval"];
            active: components["schemas"]["ActiveCounts"];
            ended: components["schemas"]["EndedCounts"];
            /** @description The same by operation type, for types with operations that have not ended or ended in the window. Ordered by type. */
            types: components["schemas"]["TypeStatistics"][];
            /** @description The ended operations by interval, oldest first, without gaps. The last interval is not over. */
            series: components["schemas"]["StatisticsPoint"][];
            /** @description The codes of the problems that operations failed with, most frequent first. */
            problemCodes: components["schemas"]["ProblemCount"][];
            /**
             * Format: int64
             * @description Failed operations with a code that is not in `problemCodes`.
             */
            otherProblems: number;
        };
        /**
         * @description `worker_` and a UUIDv7. A process that loses its lease gets a new id. The log of the service shows the id without `worker_`.
         * @example worker_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        WorkerId: string;
        /** @description A process that claims and runs operations. */
        Worker: {
            workerId: components["schemas"]["WorkerId"];
            /** @description When the worker got its lease. */
            startedAt: components["schemas"]["Timestamp"];
            /** @description When the worker last renewed its lease. */
            seenAt: components["schemas"]["Timestamp"];
            /** @description `false` if the worker has not renewed its lease in time (`LEASE_SECONDS`). Another worker then returns its operations to the queue. */
            leaseValid: boolean;
            /**
             * Format: int32
             * @description Attempts of your own operations that the worker runs now. At most 20,000 attempts are counted over all workers.
             */
            attempts: number;
        };
        /** @description A page of workers. */
        WorkerPage: {
            /** @description Those that started last first. */
            workers: components["schemas"]["Worker"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * @description A name of your choice.
         * @example Monthly report
         */
        ScheduleName: string;
        /**
         * @description `ENDED`: no due time is left.
         * @enum {string}
         */
        ScheduleState: "ACTIVE" | "PAUSED" | "ENDED";
        /**
         * @description Five fields, separated by spaces: minute, hour, day of the month, month and day of the week; or six, with the second first. A field is `*`, a value, a range
         *     `1-5`, a list `1,15`, or a step `*\/10` or `0-30/10`. Months and days of the week can be names (`JAN`, `MON`), and the week begins with Sunday, 0 or 7. `L` is
         *     the last day of the month, `15W` the weekday nearest to the 15th, `MON#2` the second Monday and `FRI#L` the last Friday of a month. If both the day of
         *     the month and the day of the week are given, either of them is enough; with `+` before the day of the week, both must match. `@hourly`, `@daily`,
         *     `@weekly`, `@monthly` and `@yearly` are accepted as well.
         * @example 0 6 1 * *
         */
        CronExpression: string;
        /**
         * Format: int32
         * @description The time between two due times, in seconds. The first is `startAt`, or one interval after the schedule was created or its interval was changed.
         * @example 3600
         */
        IntervalSeconds: number;
        /**
         * @description The time zone of `cron`, by its name in the IANA database. Default: `UTC`. When clocks are put forward, a time that does not exist is due at the first moment after the gap. When
         *     clocks are put back, a time that occurs twice is due the first time. An expression with a wildcard or a step in seconds, minutes or hours is due in
         *     all real time instead: in both hours of a repeated hour, and not for a time that does not exist.
         * @example Europe/Berlin
         */
        TimeZone: string;
        /**
         * Format: int32
         * @description The operation is submitted up to this many seconds after the due time, but before the next due time. The delay differs between schedules and
         *     due times, so that schedules that are due at the same time spread out.
         * @default 0
         */
        JitterSeconds: number;
        /**
         * @description The operation type.
         * @example generateReport
         */
        TemplateType: string;
        /** @description The parameters in the path of the submit, such as `orderId`. Only for types whose path has parameters. */
        TemplatePath: {
            [key: string]: string;
        };
        /** @description The body of the submit, without `startAfter` and `validateOnly`. In responses without the parts that are `writeOnly`, and without the secret of its webhook. */
        TemplateBody: {
            [key: string]: unknown;
        };
        /** @description The operation that the schedule submits. It is checked now, like a submit, and submitted unchanged at each due time. */
        OperationTemplate: {
            type: components["schemas"]["TemplateType"];
            path?: components["schemas"]["TemplatePath"];
            body?: components["schemas"]["TemplateBody"];
        };
        /**
         * @description What happens at a due time while an operation of the schedule has not ended. `QUEUE`: the new operation is submitted, and the operations of the
         *     schedule run one after the other. `SKIP`: no operation is submitted. `CANCEL_PREVIOUS`: the previous operation is cancelled, and the new one runs when it has ended.
         * @default QUEUE
         * @enum {string}
         */
        OverlapPolicy: "QUEUE" | "SKIP" | "CANCEL_PREVIOUS";
        /**
         * @description What happens after the service was down to the due times that it missed: they are over by more than a minute. `NONE`: nothing. `LAST`: the latest of
         *     them runs, unless a later due time runs anyway. `ALL`: each of them runs.
         * @default NONE
         * @enum {string}
         */
        CatchUp: "NONE" | "LAST" | "ALL";
        /**
         * Format: int32
         * @description Due times that were missed by more seconds than this do not run. Only for `catchUp` `LAST` and `ALL`.
         * @default 86400
         */
        CatchUpWindowSeconds: number;
        /** @description Due times, earliest first, without jitter. */
        DueTimes: components["schemas"]["Timestamp"][];
        /**
         * @description `STARTED`: the operation was submitted. `SKIPPED`: the overlap policy left it out. `MISSED`: this due time, and those until the next run, were over for
         *     longer than `catchUp` allows. `REFUSED`: a quota of the owner was full; `code` names it.
         * @enum {string}
         */
        RunOutcome: "STARTED" | "SKIPPED" | "MISSED" | "REFUSED";
        /** @description What happened at a due time, or by `:trigger`. Runs are kept for 30 days, and at least 100 of each schedule within that time. */
        ScheduleRun: {
            /** @description The due time, or the time of the trigger. */
            scheduledFor: components["schemas"]["Timestamp"];
            /** @description When it was handled. */
            firedAt: components["schemas"]["Timestamp"];
            /** @description Whether `:trigger` started it. */
            triggered: boolean;
            outcome: components["schemas"]["RunOutcome"];
            operationId?: components["schemas"]["OperationId"];
            /** @description The status of the operation. Absent after the operation was deleted. */
            status?: components["schemas"]["Status"];
            /** @description When the operation ended. */
            endedAt?: components["schemas"]["Timestamp"];
            /** @description Why it was refused: a problem code, such as `TOO_MANY_OPERATIONS`. */
            code?: string;
        };
        /** @description Links to the schedule and its operations. */
        ScheduleLinks: {
            /**
             * Format: uri-reference
             * @description The schedule.
             */
            self: string;
            /**
             * Format: uri-reference
             * @description The operations of the schedule.
             */
            operations: string;
            /**
             * Format: uri-reference
             * @description POST submits the operation now.
             */
            trigger: string;
        };
        /** @description A schedule, which submits an operation at each due time. */
        Schedule: {
            scheduleId: components["schemas"]["ScheduleId"];
            name?: components["schemas"]["ScheduleName"];
            state: components["schemas"]["ScheduleState"];
            cron?: components["schemas"]["CronExpression"];
            intervalSeconds?: components["schemas"]["IntervalSeconds"];
            timeZone: components["schemas"]["TimeZone"];
            /** @description No due time is before this time. */
            startAt?: components["schemas"]["Timestamp"];
            /** @description No due time is at this time or later. */
            endAt?: components["schemas"]["Timestamp"];
            jitterSeconds: components["schemas"]["JitterSeconds"];
            operation: components["schemas"]["OperationTemplate"];
            overlapPolicy: components["schemas"]["OverlapPolicy"];
            catchUp: components["schemas"]["CatchUp"];
            catchUpWindowSeconds: components["schemas"]["CatchUpWindowSeconds"];
            /** @description The next due time. Empty while the schedule is paused, and after it has ended. */
            nextTimes: components["schemas"]["DueTimes"];
            /** @description The latest ten runs, newest first. Absent in lists. */
            lastRuns?: components["schemas"]["ScheduleRun"][];
            /** @description When the schedule was created. */
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the schedule was last changed by a request. */
            updatedAt: components["schemas"]["Timestamp"];
            links: components["schemas"]["ScheduleLinks"];
        };
        /** @description A page of schedules. */
        SchedulePage: {
            /** @description Newest first. */
            schedules: components["schemas"]["Schedule"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * Format: date-time
         * @description No due time is before this time.
         * @example 2026-12-01T00:00:00Z
         */
        ScheduleStart: string;
        /**
         * Format: date-time
         * @description No due time is at this time or later.
         * @example 2027-12-01T00:00:00Z
         */
        ScheduleEnd: string;
        /**
         * @description Whether the schedule is paused. Due times of a paused schedule are never caught up.
         * @default false
         */
        Paused: boolean;
        /**
         * @description Checks the request and returns the next ten due times, without creating a schedule. The response is 200 instead of 201.
         * @default false
         */
        ScheduleValidateOnly: boolean;
        /** @description A schedule. It has either `cron` or `intervalSeconds`. */
        CreateScheduleRequest: {
            name?: components["schemas"]["ScheduleName"];
            cron?: components["schemas"]["CronExpression"];
            intervalSeconds?: components["schemas"]["IntervalSeconds"];
            timeZone?: components["schemas"]["TimeZone"];
            startAt?: components["schemas"]["ScheduleStart"];
            endAt?: components["schemas"]["ScheduleEnd"];
            jitterSeconds?: components["schemas"]["JitterSeconds"];
            operation: components["schemas"]["OperationTemplate"];
            overlapPolicy?: components["schemas"]["OverlapPolicy"];
            catchUp?: components["schemas"]["CatchUp"];
            catchUpWindowSeconds?: components["schemas"]["CatchUpWindowSeconds"];
            paused?: components["schemas"]["Paused"];
            validateOnly?: components["schemas"]["ScheduleValidateOnly"];
        };
        /** @description The request is valid. */
        ScheduleValidation: {
            /**
             * @description Always `true`.
             * @enum {boolean}
             */
            valid: true;
            /** @description The next ten due times. Fewer if the schedule ends before. */
            nextTimes: components["schemas"]["DueTimes"];
        };
        /**
         * Format: int32
         * @description The new `jitterSeconds`.
         */
        NewJitterSeconds: number;
        /**
         * @description The new `overlapPolicy`.
         * @enum {string}
         */
        NewOverlapPolicy: "QUEUE" | "SKIP" | "CANCEL_PREVIOUS";
        /**
         * @description The new `catchUp`.
         * @enum {string}
         */
        NewCatchUp: "NONE" | "LAST" | "ALL";
        /**
         * Format: int32
         * @description The new `catchUpWindowSeconds`.
         */
        NewCatchUpWindowSeconds: number;
        /** @description Fields to remove. A field cannot be removed and sent at the same time. */
        RemovedFields: ("name" | "startAt" | "endAt")[];
        /** @description The fields to change. Fields that are absent stay as they are. `cron` replaces `intervalSeconds`, and `intervalSeconds` replaces `cron` and `timeZone`. */
        UpdateScheduleRequest: {
            name?: components["schemas"]["ScheduleName"];
            cron?: components["schemas"]["CronExpression"];
            intervalSeconds?: components["schemas"]["IntervalSeconds"];
            timeZone?: components["schemas"]["TimeZone"];
            startAt?: components["schemas"]["ScheduleStart"];
            endAt?: components["schemas"]["ScheduleEnd"];
            jitterSeconds?: components["schemas"]["NewJitterSeconds"];
            operation?: components["schemas"]["OperationTemplate"];
            overlapPolicy?: components["schemas"]["NewOverlapPolicy"];
            catchUp?: components["schemas"]["NewCatchUp"];
            catchUpWindowSeconds?: components["schemas"]["NewCatchUpWindowSeconds"];
            remove?: components["schemas"]["RemovedFields"];
        };
        /**
         * @description An event of an operation, or `BATCH_COMPLETED`: all operations of a batch have ended.
         * @enum {string}
         */
        ReceiverEvent: "PENDING" | "RUNNING" | "WAITING" | "CANCELLING" | "COMPLETED" | "COMPLETED_WITH_ERRORS" | "FAILED" | "CANCELLED" | "PROGRESS" | "BATCH_COMPLETED";
        /**
         * @description The events to send. Default: the final statuses of operations.
         * @default [
         *       "COMPLETED",
         *       "COMPLETED_WITH_ERRORS",
         *       "FAILED",
         *       "CANCELLED"
         *     ]
         */
        ReceiverEvents: components["schemas"]["ReceiverEvent"][];
        /** @description A description of the receiver. */
        ReceiverDescription: string;
        /** @description A receiver of the events of all your operations. */
        WebhookReceiver: {
            receiverId: components["schemas"]["ReceiverId"];
            url: components["schemas"]["WebhookUrl"];
            events: components["schemas"]["ReceiverEvents"];
            format: components["schemas"]["WebhookFormat"];
            description?: components["schemas"]["ReceiverDescription"];
            /**
             * @description `DISABLED`: only pings are sent to the receiver. `:enable` enables it again.
             * @enum {string}
             */
            state: "ENABLED" | "DISABLED";
            /**
             * @description Present only if `DISABLED`. `GONE`: the receiver answered 410.
             * @enum {string}
             */
            disabledReason?: "GONE";
            /** @description Present only in the response that creates the receiver. Store the secret. */
            secret?: components["schemas"]["WebhookSecret"];
            createdAt: components["schemas"]["Timestamp"];
            updatedAt: components["schemas"]["Timestamp"];
        };
        /** @description A page of receivers. */
        WebhookReceiverPage: {
            /** @description Newest first. */
            webhookReceivers: components["schemas"]["WebhookReceiver"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description A receiver for the events of all your operations. */
        CreateWebhookReceiverRequest: {
            url: components["schemas"]["WebhookUrl"];
            events?: components["schemas"]["ReceiverEvents"];
            secret?: components["schemas"]["WebhookSecret"];
            format?: components["schemas"]["WebhookFormat"];
            description?: components["schemas"]["ReceiverDescription"];
        };
        /**
         * Format: int32
         * @description Seconds during which messages are also signed with the previous secret.
         * @default 86400
         */
        SecretOverlap: number;
        /** @description The optional body of a rotation. */
        RotateWebhookSecretRequest: {
            secret?: components["schemas"]["WebhookSecret"];
            overlap?: components["schemas"]["SecretOverlap"];
        };
        /** @description The new secret. */
        RotatedSecret: {
            receiverId: components["schemas"]["ReceiverId"];
            secret: components["schemas"]["WebhookSecret"];
            /** @description The end of the overlap. Absent without an overlap. */
            previousSecretUntil?: components["schemas"]["Timestamp"];
        };
        /**
         * @description `key_` and a UUIDv7. The id identifies the key and is not secret.
         * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyId: string;
        /**
         * @description A name for the key, for example its user and its purpose.
         * @example nightly reports
         */
        KeyName: string;
        /**
         * @description The beginning of the key. It identifies the key in lists and histories and is not secret.
         * @example lr_4Kd9xQ2m
         */
        KeyPrefix: string;
        /**
         * @description `operations:read` allows reading, `operations:write` submitting and changing, `operations:cancel` cancelling, and `admin` creating, listing and revoking keys of the owner, and listing workers.
         * @enum {string}
         */
        Scope: "operations:read" | "operations:write" | "operations:cancel" | "admin";
        /** @description The scopes of the key. They cannot be changed. */
        Scopes: components["schemas"]["Scope"][];
        /** @description An API key, without its secret part. */
        Key: {
            keyId: components["schemas"]["KeyId"];
            name: components["schemas"]["KeyName"];
            prefix: components["schemas"]["KeyPrefix"];
            scopes: components["schemas"]["Scopes"];
            /**
             * @description Only `ACTIVE` keys are accepted. The newest 1,000 expired or revoked keys of an owner are listed for at least 90 days.
             * @enum {string}
             */
            state: "ACTIVE" | "EXPIRED" | "REVOKED";
            createdAt: components["schemas"]["Timestamp"];
            /**
             * @description The credential that created the key: `key:` and the prefix of a key, or `jwt:` and the subject of a token. `script` if the operator created the key on the command line.
             * @example key:lr_7Hq2mXbA
             */
            createdBy: string;
            expiresAt?: components["schemas"]["Timestamp"];
            /** @description When the key was last used, accurate to about a minute. Absent if the key has not been used. */
            lastUsedAt?: components["schemas"]["Timestamp"];
            revokedAt?: components["schemas"]["Timestamp"];
        };
        /** @description A page of keys. */
        KeyPage: {
            /** @description Newest first. */
            keys: components["schemas"]["Key"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /**
         * Format: date-time
         * @description When the key expires. RFC 3339, UTC, in the future. Without it the key does not expire.
         * @example 2027-02-19T09:00:00.000Z
         */
        KeyExpiry: string;
        /** @description The name, the scopes and the expiry of a new key. */
        CreateKeyRequest: {
            name: components["schemas"]["KeyName"];
            scopes: components["schemas"]["Scopes"];
            expiresAt?: components["schemas"]["KeyExpiry"];
        };
        /** @description The new key. Only this response contains the secret part. */
        CreatedKey: {
            /**
             * @description The key, to be sent as `Authorization: Bearer <key>`. The service stores only a hash and cannot show the key again. Store the key now.
             * @example lr_4Kd9xQ2m_Gq3kVn8TzWb1YcR5sHd7LpJ0xFm2NaE9uQt6oIi4KyC
             */
            key: string;
            keyId: components["schemas"]["KeyId"];
            name: components["schemas"]["KeyName"];
            prefix: components["schemas"]["KeyPrefix"];
            scopes: components["schemas"]["Scopes"];
            /**
             * @description The key is active.
             * @enum {string}
             */
            state: "ACTIVE";
            createdAt: components["schemas"]["Timestamp"];
            /** @description The credential that created the key. */
            createdBy: string;
            expiresAt?: components["schemas"]["Timestamp"];
        };
        /** @description An uploaded file. */
        Upload: {
            uploadId: components["schemas"]["UploadId"];
            /** @description The `Content-Type` of the upload. */
            mediaType: string;
            /**
             * Format: int64
             * @description Size in bytes.
             */
            size: number;
            /** @description SHA-256 of the bytes, in hex. Compare it with the checksum of your file. */
            sha256: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the upload is deleted, unless an unfinished operation uses it. */
            expiresAt: components["schemas"]["Timestamp"];
        };
        /**
         * Format: binary
         * @description A part of the bytes of a file.
         */
        FilePart: string;
        /** @description A file that an operation created. */
        File: {
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            operationId: components["schemas"]["OperationId"];
            /** @description The file name of the download. */
            name: string;
            /** @description The `Content-Type` of the download. */
            mediaType: string;
            size: components["schemas"]["Size"];
            /** @description SHA-256 of the bytes, in hex. */
            sha256: string;
            createdAt: components["schemas"]["Timestamp"];
            /** @description When the file is deleted, with its operation. */
            expiresAt: components["schemas"]["Timestamp"];
            downloadUrl: components["schemas"]["DownloadUrl"];
        };
        /** @description The service is healthy. */
        Health: {
            /**
             * @description Always `ok`. A failed check is answered with a problem.
             * @enum {string}
             */
            status: "ok";
        };
        /** @description The subject of the message. */
        OperationMessageData: {
            operation: components["schemas"]["Operation"];
        };
        /**
         * @description An event of an operation. `event`, `status` and `timestamp` describe the event. `data.operation` is the operation at the time of the attempt, which can be
         *     later; for a change of a phase, the operation after that change. Messages can arrive out of order and more than once.
         */
        OperationMessage: {
            /** @description `operation.` and the event in lower case. */
            type: string;
            event: components["schemas"]["WebhookEvent"];
            /** @description The time of the event. */
            timestamp: components["schemas"]["Timestamp"];
            operationId: components["schemas"]["OperationId"];
            status: components["schemas"]["Status"];
            /** @description The `result` of a completed operation. */
            result?: Record<string, never>;
            /** @description The reason of the event as text. */
            reason?: string;
            /** @description The `error` of a failed operation, or of the failed attempt that another one follows. */
            error?: components["schemas"]["Problem"];
            data: components["schemas"]["OperationMessageData"];
        };
        /** @description A message as a CloudEvent 1.0 in structured mode (`format` is `CLOUDEVENTS`). */
        CloudEventFields: {
            /**
             * @description Always `1.0`.
             * @enum {string}
             */
            specversion: "1.0";
            /** @description The id of the delivery, like the header `webhook-id`. The same for all attempts. */
            id: string;
            /**
             * Format: uri
             * @description The URL of the collection to which the subject belongs: operations, batches or webhook receivers.
             */
            source: string;
            /** @description The `type` of the message. */
            type: string;
            /** @description The id of the operation, the batch or the receiver. `source`, `/` and `subject` are its URL. */
            subject: string;
            /** @description The time of the event. */
            time: components["schemas"]["Timestamp"];
            /**
             * @description Always `application/json`.
             * @enum {string}
             */
            datacontenttype: "application/json";
            /**
             * Format: uri
             * @description The URL of the schema of `data` in this document.
             */
            dataschema: string;
            /** @description The trace of the submit, if it had one (W3C Trace Context). */
            traceparent?: string;
            /** @description The `tracestate` of the submit, if it had one. */
            tracestate?: string;
            /** @description The message. */
            data: Record<string, never>;
        };
        /** @description An event of an operation as a CloudEvent. */
        OperationCloudEvent: {
            data?: components["schemas"]["OperationMessage"];
        } & components["schemas"]["CloudEventFields"];
        /** @description The subject of the message. */
        BatchMessageData: {
            batch: components["schemas"]["Batch"];
        };
        /** @description All operations of a batch have ended. */
        BatchMessage: {
            /**
             * @description Always `batch.completed`.
             * @enum {string}
             */
            type: "batch.completed";
            /**
             * @description Always `BATCH_COMPLETED`.
             * @enum {string}
             */
            event: "BATCH_COMPLETED";
            /** @description When the last operation ended. */
            timestamp: components["schemas"]["Timestamp"];
            batchId: components["schemas"]["BatchId"];
            data: components["schemas"]["BatchMessageData"];
        };
        /** @description The end of a batch as a CloudEvent. */
        BatchCloudEvent: {
            /**
             * @description Always `batch.completed`.
             * @enum {string}
             */
            type?: "batch.completed";
            data?: components["schemas"]["BatchMessage"];
        } & components["schemas"]["CloudEventFields"];
        /** @description The subject of the message. */
        PingMessageData: {
            receiverId: components["schemas"]["ReceiverId"];
        };
        /** @description A test message. */
        PingMessage: {
            /**
             * @description Always `webhook.ping`.
             * @enum {string}
             */
            type: "webhook.ping";
            /**
             * @description Always `PING`.
             * @enum {string}
             */
            event: "PING";
            timestamp: components["schemas"]["Timestamp"];
            data: components["schemas"]["PingMessageData"];
        };
        /** @description A test message as a CloudEvent. */
        PingCloudEvent: {
            /**
             * @description Always `webhook.ping`.
             * @enum {string}
             */
            type?: "webhook.ping";
            data?: components["schemas"]["PingMessage"];
        } & components["schemas"]["CloudEventFields"];
        /** @description The input of `analyzeOrders` as it was accepted. */
        AnalyzeOrdersInput: {
            analysis: components["schemas"]["AnalysisName"];
            format: components["schemas"]["ReportFormat"];
            /** @description The orders to analyze, by order date. Default: all orders. */
            dateRange?: components["schemas"]["DateRange"];
            filters?: components["schemas"]["ReportFilters"];
            cohorts?: components["schemas"]["CohortOptions"];
            baskets?: components["schemas"]["BasketOptions"];
            forecast?: components["schemas"]["ForecastOptions"];
        };
        /** @description The input of `cancelOperations` as it was accepted. */
        CancelOperationsInput: {
            filter: components["schemas"]["OperationFilter"];
            reason?: components["schemas"]["CancelReason"];
        };
        /** @description The input of `deliverOrder` as it was accepted. */
        DeliverOrderInput: {
            warehouse?: components["schemas"]["Warehouse"];
            paymentMethod?: components["schemas"]["PaymentMethod"];
            carrierService?: components["schemas"]["CarrierService"];
            contact?: components["schemas"]["Contact"];
            /** @description The id of the order. If a sample order and one of your imported orders have the same id, your order is delivered. An unknown id is a 404. */
            orderId: string;
        };
        /** @description The input of `exportCustomers` as it was accepted. */
        ExportCustomersInput: {
            format: components["schemas"]["ExportFormat"];
            columns?: components["schemas"]["CustomerColumns"];
            filters?: components["schemas"]["CustomerFilters"];
        };
        /** @description The input of `generateReport` as it was accepted. */
        GenerateReportInput: {
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
        };
        /** @description The input of `importOrders` as it was accepted. */
        ImportOrdersInput: {
            uploadId: components["schemas"]["UploadId"];
        };
        /** @description The input of `retryOperations` as it was accepted. */
        RetryOperationsInput: {
            filter: components["schemas"]["OperationFilter"];
        };
        /** @description The input of `screenCandidate` as it was accepted. */
        ScreenCandidateInput: {
            candidateId?: components["schemas"]["CandidateId"];
            checks?: components["schemas"]["ScreeningChecks"];
            identityPackage?: components["schemas"]["IdentityPackage"];
            criminalRecordsPackage?: components["schemas"]["CriminalRecordsPackage"];
            employmentPackage?: components["schemas"]["EmploymentPackage"];
            educationPackage?: components["schemas"]["EducationPackage"];
        };
    };
    responses: {
        /** @description With `validateOnly`, the estimate of the work; no operation was started. With `Prefer: wait=N`, the operation, if it ended within that time. */
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
        /** @description The syntax of the request, a query parameter or a header is malformed. `errors` lists each violation. */
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
        /** @description The request has no credential, or the credential is not valid. */
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
        /** @description The credential lacks the scope that this request needs (`INSUFFICIENT_SCOPE`). */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["ScopeChallenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No byte of the body arrived for 30 seconds, a JSON body took longer than 60 seconds, or an upload was slower than 1 KiB per second. The connection is closed. */
        RequestTimeout: {
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
        /** @description The storage quota is used up, or this request would exceed it. */
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
        /** @description The operation was deleted, because its retention is over or it was purged. */
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
        /** @description The media type is not supported, the text is not UTF-8, or the body is compressed. */
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
        /** @description The body is JSON, but its values are not valid, the URL of its webhook is not allowed, or the idempotency key was used for another request. `errors` lists each violation. */
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
        /**
         * @description The credential or its owner has reached the limit of submits in the current minute, or the owner has reached the quota of unfinished operations or of
         *     webhook targets. No operation was started.
         */
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
        /** @description An error in the service. The service has logged it with the request id. */
        InternalError: {
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
        /** @description The service cannot reach its database, is starting or stopping, or could not process the request in time. */
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
        /** @description The resource does not exist or belongs to another owner. */
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
        /** @description The resource was deleted, because its retention is over or its operation was purged. */
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
        /**
         * @description The credential, its owner, or the client address with invalid credentials has reached the limit of the current minute, or too many requests of the
         *     owner are waiting. Nothing was done.
         */
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
        /** @description The body is JSON, but its values are not valid. `errors` lists each violation. */
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
        /**
         * @description The body is JSON, but its values are not valid, an operation of an `allOrNothing` batch was refused (`BATCH_REFUSED`), the URL of the webhook of the batch
         *     is not allowed, or the idempotency key was used for another request. `errors` lists each violation. No operation was started.
         */
        UnprocessableBatch: {
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
        /**
         * @description The credential or its owner has reached the limit of submits in the current minute. Or the batch is `allOrNothing`, and this limit or the quota of
         *     unfinished operations or of webhook targets admits only a part of it. Or the owner has as many unfinished batches as its quota allows. No operation
         *     was started.
         */
        TooManyForBatch: {
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
        /** @description The cursor is older than an hour. */
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
        /** @description The credential or its owner has reached the limit of open streams and sockets, or of reads in the current minute. */
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
        /** @description The operation does not exist or belongs to another owner. */
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
        /** @description The operation has ended with another status than `CANCELLED`. */
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
        /** @description The operation is active, is `COMPLETED`, or has already been retried; then `detail` names the new operation. Or the storage quota is used up. */
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
        /** @description The operation has not finished. */
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
        /** @description The operation has no result yet (`NOT_FINISHED`, with `Retry-After`), or it failed or was cancelled. */
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
        /** @description The operation was deleted (`OPERATION_EXPIRED`), or the given event is beyond the end of its history (`CURSOR_GONE`). */
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
        /** @description The credential lacks the scope that this request needs (`INSUFFICIENT_SCOPE`), or the `Origin` is not allowed (`ORIGIN_NOT_ALLOWED`). */
        ForbiddenOrigin: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["ScopeChallengeIfMissing"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not ask for an upgrade to WebSocket version 13. */
        UpgradeRequired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                Connection: components["headers"]["ConnectionUpgrade"];
                Upgrade: components["headers"]["Upgrade"];
                "Sec-WebSocket-Version": components["headers"]["SecWebSocketVersion"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The operation does not exist or belongs to another owner (`OPERATION_NOT_FOUND`), or it has no such wait (`WAIT_NOT_FOUND`). */
        OperationOrWaitNotFound: {
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
        /** @description The wait was completed with another body, is a timer, or its operation does not accept it any more. */
        CannotComplete: {
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
        /** @description The wait has expired (`WAIT_EXPIRED`), or the operation has expired and was deleted (`OPERATION_EXPIRED`). */
        WaitGone: {
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
        /** @description The token was changed, or was not issued by this service (`CALLBACK_INVALID`). */
        InvalidCallback: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The wait was completed with another body. */
        CallbackRefused: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The wait has expired, or its operation is being cancelled or has ended (`WAIT_EXPIRED`). Do not send the callback again. */
        CallbackGone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description The callbacks of the owner of this operation, or the invalid links and callback URLs of the client address, have reached the limit of the current minute.
         *     Nothing was done. Send the callback again after the seconds in `Retry-After`. `RateLimit` is present for the callbacks of an owner.
         */
        TooManyCallbacks: {
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
        /** @description The operation or the delivery does not exist or belongs to another owner. */
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
        /** @description The owner already has as many schedules as it may have. */
        TooManySchedules: {
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
        /** @description The schedule that this idempotency key created was deleted. */
        ScheduleDeleted: {
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
        /** @description The body is JSON, but its values are not valid, the URL of a webhook is not allowed, or the idempotency key was used for another request. `errors` lists each violation. */
        UnprocessableSchedule: {
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
        /** @description The owner already has 100 receivers. */
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
        /** @description The body is JSON, but its values are not valid, or its URL is not allowed. `errors` lists each violation. */
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
        /** @description The owner already has 100 active keys. */
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
        /** @description The owner has reached the limit of concurrent uploads, or the credential or its owner the limit of uploads in the current minute. Nothing was stored. */
        TooManyRequestsOrUploads: {
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
        /** @description The disk of the service is almost full, or the service cannot reach its database, is starting or is stopping. Nothing was stored. */
        DiskFullOrUnavailable: {
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
        /** @description The link was changed, or was not issued for this file (`LINK_INVALID`). */
        InvalidLink: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The link has expired, or the file was deleted. */
        LinkExpired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The range is outside the file. `Content-Range` has the size of the file. */
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
        /**
         * @description The links of the owner of this file, or the invalid links of the client address, have reached the limit of the current minute. Nothing was done. `RateLimit` is
         *     present for the links of an owner.
         */
        TooManyDownloads: {
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
        /** @description `Accept-Encoding` excludes every supported content coding. RFC 9110 §15.5.7. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                Vary: components["headers"]["PageVary"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The client address has reached the limit of requests without a valid credential in the current minute. Nothing was done. */
        TooManyFromAddress: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No more messages are wanted. The receiver is disabled, or the webhook of the operation gets no further messages. */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The message is received. Answer within 15 seconds, and process the message afterwards. At most 64 KiB of the response body is read, and nothing of the body is stored. */
        Acknowledged: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The message is sent again, first after 5 seconds, then at growing intervals of up to 8 hours, for about three days. The same applies to 3xx (redirects are not followed), 5xx, timeouts and failed connections. */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The path does not support this method. `Allow` lists the supported methods. */
        MethodNotAllowed: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
         *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
         * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
         */
        IdempotencyKey: string;
        /**
         * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
         *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
         * @example wait=30
         */
        Prefer: string;
        /**
         * @description Returns only sample rows, or only your imported rows.
         * @example IMPORTED
         */
        SourceParameter: components["schemas"]["Source"];
        /**
         * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
         * @example 100
         */
        PageSize: number;
        /**
         * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
         *     other token is a 400 `INVALID_PAGE_TOKEN`.
         */
        PageToken: string;
        /**
         * @description Returns only operations in one of these statuses. Can be repeated.
         * @example [
         *       "FAILED",
         *       "CANCELLED"
         *     ]
         */
        StatusIn: components["schemas"]["StatusFilter"][];
        /**
         * @description Returns only operations of this type.
         * @example generateReport
         */
        TypeIs: string;
        /**
         * @description Returns only failed operations whose `error` has one of these codes. Can be repeated.
         * @example [
         *       "NO_DATA_IN_RANGE"
         *     ]
         */
        ProblemCodeIn: components["schemas"]["ProblemCodeFilter"][];
        /**
         * @description Returns only operations that have all of these labels, each as `key:value`, percent-encoded. Can be repeated.
         * @example [
         *       "team:crm"
         *     ]
         */
        LabelIs: string[];
        /**
         * @description Returns only operations created at this time or later.
         * @example 2026-11-20T00:00:00Z
         */
        CreatedAfter: string;
        /**
         * @description Returns only operations created before this time.
         * @example 2026-11-21T00:00:00Z
         */
        CreatedBefore: string;
        /**
         * @description Returns only operations of this schedule, also after it was deleted.
         * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
         */
        ScheduleIs: components["schemas"]["ScheduleId"];
        /**
         * @description Returns only operations of this batch.
         * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
         */
        BatchIs: components["schemas"]["BatchId"];
        /**
         * @description Lists have the view `BASIC` only. To see the `input` of an operation, read that operation with `view=FULL`.
         * @example BASIC
         */
        ListView: "BASIC";
        /**
         * @description `return=minimal` returns the `operationId` of each operation instead of the whole operation (RFC 7240 §4.2). Other preferences are ignored.
         * @example return=minimal
         */
        PreferReturn: string;
        /**
         * @description The id of the batch. A malformed id, an unknown id or an id of another owner is a 404.
         * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
         */
        BatchIdParameter: string;
        /**
         * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body.
         * @example W/"uV3kqYz0b7TnD4sLr8XcEw"
         */
        IfNoneMatch: string;
        /** @description The `id` of an event of this stream. The stream continues from there. Without it, only new events are sent. */
        AfterCursor: string;
        /**
         * @description The `id` of the last received event. The stream continues from there. The `id` is opaque, signed, and valid for the same owner and the same filters. Browsers
         *     send this header by themselves. It takes precedence over `after`.
         */
        LastCursor: string;
        /**
         * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationIdParameter: string;
        /**
         * @description `resource` embeds the resource of the operation: the report of a completed `generateReport` as `resource.report`, and the order of a `deliverOrder` as
         *     `resource.order`. Operations without a `resource` are returned unchanged.
         * @example resource
         */
        Expand: "resource";
        /**
         * @description `FULL` adds `input`: the request as it was accepted, without the parts that are `writeOnly`. Default: `BASIC`, without `input`.
         * @example FULL
         */
        View: "BASIC" | "FULL";
        /**
         * @description Returns only events after this `sequence`. Without it, all events are returned.
         * @example 41
         */
        After: number;
        /**
         * @description The `id` of the last received event. The stream continues after that event, without gaps or repetitions. Browsers send this header by themselves. It takes
         *     precedence over `after`.
         * @example 41
         */
        LastEventId: string;
        /**
         * @description The name of the wait, as `GET /operations/{operationId}/waits` lists it. An unknown name is a 404 `WAIT_NOT_FOUND`.
         * @example decision
         */
        WaitName: string;
        /**
         * @description The signed token of a callback URL. It is bound to one wait of one operation.
         * @example AZOPblo.AXzDnws_PVwNnKfiE2NyaW1pbmFsUmVjb3Jkcw.3n0bE0mZr8Jk0F2mXQ1x3Q
         */
        CallbackToken: string;
        /**
         * @description The id of the delivery. A malformed id, an unknown id or an id of another owner is a 404.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryIdParameter: string;
        /**
         * @description The time before now whose ends are counted, as an ISO 8601 duration of days, hours and minutes: at least one minute and one `interval`, at most `P31D` and
         *     200 times the `interval`.
         * @example P1D
         */
        StatisticsWindow: string;
        /**
         * @description The length of a point in `series`. Default: the shortest with which the window has at most 200 points. Intervals begin at multiples of their length since
         *     1970-01-01T00:00:00Z, so that those of an hour or a day begin with the hour or the day in UTC.
         * @example PT15M
         */
        StatisticsIntervalParameter: components["schemas"]["StatisticsInterval"];
        /**
         * @description Counts only operations of these types. Can be repeated.
         * @example [
         *       "generateReport"
         *     ]
         */
        StatisticsTypes: string[];
        /** @description Adds `queueTime` and `runTime` to the points of `series`. Request them only if you display them. */
        StatisticsDurations: boolean;
        /**
         * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
         * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
         */
        ScheduleIdParameter: string;
        /**
         * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
         * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverIdParameter: string;
        /**
         * @description The id of the key. A malformed id, an unknown id or an id of another owner is a 404.
         * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyIdParameter: string;
        /**
         * @description The id of the file, from a result or a link.
         * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        FileId: string;
        /**
         * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
         * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
         */
        PageIfNoneMatch: string;
        /**
         * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
         * @example br, gzip;q=0.8
         */
        AcceptEncoding: string;
        /**
         * @description The version of OpenAPI in which the document is written.
         * @example 3.1
         */
        OpenapiVersion: "3.1" | "3.2";
        /**
         * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        WebhookIdHeader: string;
        /**
         * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
         * @example 1795251604
         */
        WebhookTimestampHeader: string;
        /**
         * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
         *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
         * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
         */
        WebhookSignatureHeader: string;
        /**
         * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
         * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
         */
        BodySignatureHeader: string;
        /**
         * @description The `event` in the body.
         * @example COMPLETED
         */
        WebhookEventHeader: string;
        /**
         * @description The `operationId` in the body.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        WebhookOperationHeader: components["schemas"]["OperationId"];
        /**
         * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
         * @example 1.0
         */
        SpecVersionHeader: "1.0";
        /**
         * @description The id of the delivery, like `webhook-id`.
         * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        IdHeader: string;
        /**
         * @description The URL of the collection to which the subject belongs.
         * @example https://longrun.example.com/api/v1/operations
         */
        SourceHeader: string;
        /**
         * @description The `type` in the body.
         * @example operation.completed
         */
        TypeHeader: string;
        /**
         * @description The id of the operation, the batch or the receiver.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        SubjectHeader: string;
        /**
         * @description The `timestamp` in the body.
         * @example 2026-11-21T09:00:04.140Z
         */
        TimeHeader: components["schemas"]["Timestamp"];
        /**
         * @description The URL of the schema of the body in this document.
         * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
         */
        DataSchemaHeader: string;
        /**
         * @description The trace of the submit, if it had one (W3C Trace Context).
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        TraceparentHeader: string;
        /**
         * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
         * @example vendor=00f067aa0ba902b7
         */
        TracestateHeader: string;
        /**
         * @description The `batchId` in the body.
         * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
         */
        WebhookBatchHeader: components["schemas"]["BatchId"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The id of this request in logs and problems. Include the id when you report an error.
         * @example 0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42
         */
        RequestId: string;
        /**
         * @description The class of this request, the remaining requests of the credential (`r`) and the seconds until its limit resets (`t`). Then the same for the owner with
         *     all its credentials, absent if the limit of the credential refused the request. Requests are counted over all processes, so `r` can lag slightly. Absent
         *     if the service could not count the request. RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-10.
         * @example "reads";r=5999;t=42, "owner-reads";r=29012;t=17
         */
        RateLimit: string;
        /**
         * @description The limits of the class for the credential and for the owner, as requests (`q`) per window in seconds (`w`). Present with `RateLimit`.
         * @example "reads";q=6000;w=60, "owner-reads";q=30000;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description The URL of the operation in the body. Absent with `validateOnly`. RFC 9110 §8.7.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        ContentLocation: string;
        /**
         * @description The applied preference, `wait` with its seconds. Absent if no preference was applied. RFC 7240 §3.
         * @example wait=30
         */
        PreferenceApplied: string;
        /**
         * @description `true` if this is the response to an earlier request with the same key. Absent otherwise.
         * @example true
         */
        IdempotencyReplayed: "true";
        /**
         * @description The URL of the operation, the same as `statusUrl` in the body.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        Location: string;
        /**
         * @description The URL of the same operation for pollers of Azure SDKs, which follow this header. It answers with the statuses of Azure; the document is
         *     `GET /openapi/azure`.
         * @example /compat/azure/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationLocation: string;
        /**
         * @description Seconds to wait before the next request. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description The authentication scheme. RFC 9110 §11.6.1.
         * @example Bearer realm="longrun"
         */
        WWWAuthenticate: string;
        /**
         * @description The scopes that the request needs. RFC 6750 §3.1.
         * @example Bearer realm="longrun", error="insufficient_scope", scope="operations:write"
         */
        ScopeChallenge: string;
        /**
         * @description Seconds until the limit admits a request again. RFC 9110 §10.2.3.
         * @example 42
         */
        RetryAfterRefused: number;
        /**
         * @description Who can cache this response, and for how long. `private`, because the resource belongs to an owner.
         * @example private, no-cache
         */
        CacheControl: string;
        /**
         * @description The next page, with `rel="next"`. Absent on the last page. RFC 8288.
         * @example </api/v1/operations?pageSize=100&pageToken=eyJhIjoi>; rel="next"
         */
        Link: string;
        /**
         * @description The applied preference `return=minimal`. Absent if it was not requested. RFC 7240 §3.
         * @example return=minimal
         */
        ReturnApplied: "return=minimal";
        /**
         * @description A weak tag. It changes with status, progress, result and links, but not with `queuePosition`, `estimatedCompletion`, `duration` or `pollInterval`.
         * @example W/"uV3kqYz0b7TnD4sLr8XcEw"
         */
        ETag: string;
        /**
         * @description Seconds to wait before the next request. Absent when the operation is done. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfterWhileActive: number;
        /**
         * @description A stream must not be cached or transformed.
         * @example no-store, no-transform
         */
        StreamCacheControl: "no-store, no-transform";
        /**
         * @description `no` tells proxies not to buffer the events.
         * @example no
         */
        AccelBuffering: "no";
        /**
         * @description The URL of the result.
         * @example /api/v1/reports/report_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        ResultLocation: string;
        /**
         * @description The scopes that the request needs. Absent if the `Origin` is not allowed. RFC 6750 §3.1.
         * @example Bearer realm="longrun", error="insufficient_scope", scope="operations:read"
         */
        ScopeChallengeIfMissing: string;
        /**
         * @description Names the header `Upgrade`, which applies to this connection only. RFC 9110 §7.6.1 and §7.8.
         * @example Upgrade
         */
        ConnectionUpgrade: "Upgrade";
        /**
         * @description The protocol to request. RFC 9110 §7.8.
         * @example websocket
         */
        Upgrade: "websocket";
        /**
         * @description The version to request. RFC 6455 §4.4.
         * @example 13
         */
        SecWebSocketVersion: "13";
        /**
         * @description The URL of the delivery.
         * @example /api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/deliveries/dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        DeliveryLocation: string;
        /**
         * @description The URL of the schedule.
         * @example /api/v1/schedules/schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
         */
        ScheduleLocation: string;
        /**
         * @description The URL of the receiver.
         * @example /api/v1/webhookReceivers/whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
         */
        ReceiverLocation: string;
        /**
         * @description The URL of the ping.
         * @example /api/v1/webhookReceivers/whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21/pings/dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
         */
        PingLocation: string;
        /**
         * @description `no-store`, because the response contains a secret.
         * @example no-store
         */
        NoStore: "no-store";
        /**
         * @description The URL of the key, which is read without its secret part.
         * @example /api/v1/keys/key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
         */
        KeyLocation: string;
        /**
         * @description The URL of the upload.
         * @example /api/v1/uploads/upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10
         */
        UploadLocation: string;
        /**
         * @description A strong tag. A file never changes.
         * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
         */
        FileETag: string;
        /**
         * @description The file name. Characters outside ISO-8859-1 are encoded as in RFC 8187.
         * @example attachment; filename="orders-summary.csv"
         */
        ContentDisposition: string;
        /**
         * @description `bytes`: byte ranges are supported.
         * @example bytes
         */
        AcceptRanges: string;
        /**
         * @description Size of the body in bytes.
         * @example 187432
         */
        ContentLength: number;
        /**
         * @description The range of bytes in the body, and the size of the file. RFC 9110 §14.4.
         * @example bytes 0-1023/187432
         */
        ContentRange: string;
        /**
         * @description The URL of the same bytes at the store of the files. It is valid for at most 60 seconds, and only for the method of the request. It permits what the signed link permits; keep neither in logs.
         * @example https://files.s3.eu-west-1.amazonaws.com/operations/01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/01938f6e-6b10-7d41-8a55-0c9d7f1e2a33?X-Amz-Expires=60&X-Amz-Signature=0f6c1f9e
         */
        FileLocation: string;
        /**
         * @description The size of the file. RFC 9110 §14.4.
         * @example bytes *\/187432
         */
        UnsatisfiedRange: string;
        /**
         * @description The response is public and can be cached for five minutes.
         * @example public, max-age=300
         */
        PublicCacheControl: "public, max-age=300";
        /**
         * @description A strong tag, different for each content coding. It changes only with the version of the service.
         * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
         */
        PageETag: string;
        /**
         * @description The response depends on `Accept-Encoding`. RFC 9110 §12.5.5.
         * @example Accept-Encoding
         */
        PageVary: string;
        /**
         * @description The content coding of the body. Absent for `identity`. RFC 9110 §8.4.
         * @example br
         */
        ContentEncoding: "br" | "gzip";
        /**
         * @description The page loads only files of this service, and runs no inline script. Content Security Policy Level 3.
         * @example default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'
         */
        ContentSecurityPolicy: string;
        /**
         * @description The response is public and can be cached for a year without revalidation. RFC 8246.
         * @example public, max-age=31536000, immutable
         */
        ImmutableCacheControl: "public, max-age=31536000, immutable";
        /**
         * @description The methods that this path supports. RFC 9110 §10.2.1.
         * @example GET, HEAD, DELETE
         */
        Allow: string;
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description The id of the report, from the `result` of the operation.
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
    analyzeOrders: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnalyzeOrdersRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalysisOperation"];
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
    exportCustomers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description Returns only sample rows, or only your imported rows.
                 * @example IMPORTED
                 */
                source?: components["parameters"]["SourceParameter"];
                /**
                 * @description Returns only customers of this segment.
                 * @example Consumer
                 */
                segment?: string;
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description Returns only sample rows, or only your imported rows.
                 * @example IMPORTED
                 */
                source?: components["parameters"]["SourceParameter"];
                /**
                 * @description Returns only orders of this customer.
                 * @example CG-12520
                 */
                customerId?: string;
                /**
                 * @description Returns only orders with this order date or a later one.
                 * @example 2017-01-01
                 */
                fromDate?: string;
                /**
                 * @description Returns only orders with this order date or an earlier one. Must not be before `fromDate`.
                 * @example 2017-12-31
                 */
                toDate?: string;
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
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
                 * @description The id of the order.
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The id of the order. If a sample order and one of your imported orders have the same id, your order is delivered. An unknown id is a 404.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
    screenCandidate: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScreenCandidateRequest"];
            };
        };
        responses: {
            200: components["responses"]["ValidatedOrEnded"];
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["PreferenceApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScreeningOperation"];
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
    listOperations: {
        parameters: {
            query?: {
                /**
                 * @description Returns only operations in one of these statuses. Can be repeated.
                 * @example [
                 *       "FAILED",
                 *       "CANCELLED"
                 *     ]
                 */
                status?: components["parameters"]["StatusIn"];
                /**
                 * @description Returns only operations of this type.
                 * @example generateReport
                 */
                type?: components["parameters"]["TypeIs"];
                /**
                 * @description Returns only failed operations whose `error` has one of these codes. Can be repeated.
                 * @example [
                 *       "NO_DATA_IN_RANGE"
                 *     ]
                 */
                problemCode?: components["parameters"]["ProblemCodeIn"];
                /**
                 * @description Returns only operations that have all of these labels, each as `key:value`, percent-encoded. Can be repeated.
                 * @example [
                 *       "team:crm"
                 *     ]
                 */
                label?: components["parameters"]["LabelIs"];
                /**
                 * @description Returns only operations created at this time or later.
                 * @example 2026-11-20T00:00:00Z
                 */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Returns only operations created before this time.
                 * @example 2026-11-21T00:00:00Z
                 */
                createdBefore?: components["parameters"]["CreatedBefore"];
                /**
                 * @description Returns only operations of this schedule, also after it was deleted.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId?: components["parameters"]["ScheduleIs"];
                /**
                 * @description Returns only operations of this batch.
                 * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
                 */
                batchId?: components["parameters"]["BatchIs"];
                /** @description Adds `totalSize` to the response, unless counting takes longer than a second. Request it only if you display it. */
                includeTotal?: boolean;
                /**
                 * @description Lists have the view `BASIC` only. To see the `input` of an operation, read that operation with `view=FULL`.
                 * @example BASIC
                 */
                view?: components["parameters"]["ListView"];
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
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
            /** @description The operations that were found, in the order of the request, and the ids that were not found. */
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
    batchCreateOperations: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `return=minimal` returns the `operationId` of each operation instead of the whole operation (RFC 7240 §4.2). Other preferences are ignored.
                 * @example return=minimal
                 */
                Prefer?: components["parameters"]["PreferReturn"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchCreateRequest"];
            };
        };
        responses: {
            /** @description The batch, and for each item the operation or a problem. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    "Preference-Applied": components["headers"]["ReturnApplied"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableBatch"];
            429: components["responses"]["TooManyForBatch"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body.
                 * @example W/"uV3kqYz0b7TnD4sLr8XcEw"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The id of the batch. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
                 */
                batchId: components["parameters"]["BatchIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch. */
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
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
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
            404: components["responses"]["NotFound"];
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
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
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description Returns only operations in one of these statuses. Can be repeated.
                 * @example [
                 *       "FAILED",
                 *       "CANCELLED"
                 *     ]
                 */
                status?: components["parameters"]["StatusIn"];
                /**
                 * @description Returns only operations of this type.
                 * @example generateReport
                 */
                type?: components["parameters"]["TypeIs"];
                /**
                 * @description Returns only failed operations whose `error` has one of these codes. Can be repeated.
                 * @example [
                 *       "NO_DATA_IN_RANGE"
                 *     ]
                 */
                problemCode?: components["parameters"]["ProblemCodeIn"];
                /**
                 * @description Returns only operations that have all of these labels, each as `key:value`, percent-encoded. Can be repeated.
                 * @example [
                 *       "team:crm"
                 *     ]
                 */
                label?: components["parameters"]["LabelIs"];
                /**
                 * @description Returns only operations created at this time or later.
                 * @example 2026-11-20T00:00:00Z
                 */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /**
                 * @description Returns only operations created before this time.
                 * @example 2026-11-21T00:00:00Z
                 */
                createdBefore?: components["parameters"]["CreatedBefore"];
                /**
                 * @description Returns only operations of this batch.
                 * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
                 */
                batchId?: components["parameters"]["BatchIs"];
                /**
                 * @description Returns only operations of this schedule, also after it was deleted.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId?: components["parameters"]["ScheduleIs"];
                /** @description The `id` of an event of this stream. The stream continues from there. Without it, only new events are sent. */
                after?: components["parameters"]["AfterCursor"];
            };
            header?: {
                /**
                 * @description The `id` of the last received event. The stream continues from there. The `id` is opaque, signed, and valid for the same owner and the same filters. Browsers
                 *     send this header by themselves. It takes precedence over `after`.
                 */
                "Last-Event-ID"?: components["parameters"]["LastCursor"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events since `Last-Event-ID` or `after`, or new events only. */
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
                    "text/event-stream": unknown;
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
                 * @description `resource` embeds the resource of the operation: the report of a completed `generateReport` as `resource.report`, and the order of a `deliverOrder` as
                 *     `resource.order`. Operations without a `resource` are returned unchanged.
                 * @example resource
                 */
                expand?: components["parameters"]["Expand"];
                /**
                 * @description `FULL` adds `input`: the request as it was accepted, without the parts that are `writeOnly`. Default: `BASIC`, without `input`.
                 * @example FULL
                 */
                view?: components["parameters"]["View"];
            };
            header?: {
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body.
                 * @example W/"uV3kqYz0b7TnD4sLr8XcEw"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
                /**
                 * @description `wait=N` delays the response for up to N seconds, at most 60, until the operation or batch has ended or changed (RFC 7240 §4.3). `Preference-Applied` returns the
                 *     applied value. Without it the response was not delayed, because each process delays at most 100 requests of an owner. Other preferences are ignored.
                 * @example wait=30
                 */
                Prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
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
            /** @description The `ETag` in `If-None-Match` still matches. */
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation is cancelled or being cancelled. */
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
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
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation is deleted. */
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
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
                 * @description Returns only events after this `sequence`. Without it, all events are returned.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the history. Empty if there is no event after `after`. */
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
                 * @description Returns only events after this `sequence`. Without it, all events are returned.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the log. Empty if there is no line after `after`. */
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
                 * @description Returns only events after this `sequence`. Without it, all events are returned.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
            };
            header?: {
                /**
                 * @description The `id` of the last received event. The stream continues after that event, without gaps or repetitions. Browsers send this header by themselves. It takes
                 *     precedence over `after`.
                 * @example 41
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events after `Last-Event-ID` or `after`, or all events. */
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
                     *     data: {"operationId":"op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21","sequence":0,"event":"status-update","timestamp":"2026-11-21T09:00:00.000Z","status":"PENDING","attempt":0,"actor":"key:5e884898","address":"203.0.113.7"}
                     *
                     *     id: 1
                     *     event: status-update
                     *     data: {"operationId":"op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21","sequence":1,"event":"status-update","timestamp":"2026-11-21T09:00:00.020Z","status":"RUNNING","attempt":1,"actor":"worker"}
                     *
                     *     :
                     */
                    "text/event-stream": unknown;
                };
            };
            /** @description The operation has ended, and there is no event after `Last-Event-ID` or `after`. */
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
                 * @description Returns only events after this `sequence`. Without it, all events are returned.
                 * @example 41
                 */
                after?: components["parameters"]["After"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is upgraded to a WebSocket. If the operation has ended and there is no event after `after`, the WebSocket closes at once. */
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
    listWaits: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of waits. */
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
                    "application/json": components["schemas"]["WaitPage"];
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
    completeWait: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
                /**
                 * @description The name of the wait, as `GET /operations/{operationId}/waits` lists it. An unknown name is a 404 `WAIT_NOT_FOUND`.
                 * @example decision
                 */
                name: components["parameters"]["WaitName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaitBody"];
            };
        };
        responses: {
            /** @description The completed wait. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wait"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationOrWaitNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["CannotComplete"];
            410: components["responses"]["WaitGone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    receiveCallback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The signed token of a callback URL. It is bound to one wait of one operation.
                 * @example AZOPblo.AXzDnws_PVwNnKfiE2NyaW1pbmFsUmVjb3Jkcw.3n0bE0mZr8Jk0F2mXQ1x3Q
                 */
                token: components["parameters"]["CallbackToken"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaitBody"];
            };
        };
        responses: {
            /** @description The body is stored, and the operation continues. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallbackAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["InvalidCallback"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["CallbackRefused"];
            410: components["responses"]["CallbackGone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyCallbacks"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
                /**
                 * @description The id of the delivery. A malformed id, an unknown id or an id of another owner is a 404.
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
                 * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationIdParameter"];
                /**
                 * @description The id of the delivery. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                deliveryId: components["parameters"]["DeliveryIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message will be sent at once. */
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
    getStatistics: {
        parameters: {
            query?: {
                /**
                 * @description The time before now whose ends are counted, as an ISO 8601 duration of days, hours and minutes: at least one minute and one `interval`, at most `P31D` and
                 *     200 times the `interval`.
                 * @example P1D
                 */
                window?: components["parameters"]["StatisticsWindow"];
                /**
                 * @description The length of a point in `series`. Default: the shortest with which the window has at most 200 points. Intervals begin at multiples of their length since
                 *     1970-01-01T00:00:00Z, so that those of an hour or a day begin with the hour or the day in UTC.
                 * @example PT15M
                 */
                interval?: components["parameters"]["StatisticsIntervalParameter"];
                /**
                 * @description Counts only operations of these types. Can be repeated.
                 * @example [
                 *       "generateReport"
                 *     ]
                 */
                type?: components["parameters"]["StatisticsTypes"];
                /** @description Adds `queueTime` and `runTime` to the points of `series`. Request them only if you display them. */
                includeDurations?: components["parameters"]["StatisticsDurations"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statistics. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
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
    listWorkers: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of workers. */
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
                    "application/json": components["schemas"]["WorkerPage"];
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
    listSchedules: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
                 */
                pageToken?: components["parameters"]["PageToken"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of schedules. */
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
                    "application/json": components["schemas"]["SchedulePage"];
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
    createSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateScheduleRequest"];
            };
        };
        responses: {
            /** @description The request is valid. Only with `validateOnly`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleValidation"];
                };
            };
            /** @description The schedule is created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["ScheduleLocation"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["TooManySchedules"];
            410: components["responses"]["ScheduleDeleted"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSchedule"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body.
                 * @example W/"uV3kqYz0b7TnD4sLr8XcEw"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
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
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule is deleted. */
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
    updateSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateScheduleRequest"];
            };
        };
        responses: {
            /** @description The changed schedule. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableSchedule"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The paused schedule. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
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
    resumeSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The active schedule. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
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
    triggerSchedule: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
                 *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description The id of the schedule. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example schedule_01938f6e-8d30-7e41-9c52-4a6b8d0f2e13
                 */
                scheduleId: components["parameters"]["ScheduleIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. Poll `Location` after the seconds in `Retry-After`. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    "Operation-Location": components["headers"]["OperationLocation"];
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
            404: components["responses"]["NotFound"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["OperationExpired"];
            422: components["responses"]["UnprocessableSubmit"];
            429: components["responses"]["TooManyRequestsOrOperations"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookReceivers: {
        parameters: {
            query?: {
                /**
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
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
            /** @description The receiver is created. */
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receiver is deleted. */
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ping will be sent at once. */
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
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
                 * @description The id of the receiver. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example whr_01938f6e-2b70-7c9e-a4d1-5e8f0b6c3d21
                 */
                receiverId: components["parameters"]["ReceiverIdParameter"];
                /**
                 * @description The id of the delivery. A malformed id, an unknown id or an id of another owner is a 404.
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
                 * @description The maximum number of items of a page. A page can have fewer items and still not be the last page.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description The `nextPageToken` of the previous page; empty for the first page. The token is opaque, signed, and valid for the same owner and the same filters. Any
                 *     other token is a 400 `INVALID_PAGE_TOKEN`.
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
            /** @description The key is created and active. */
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
                 * @description The id of the key. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
                 */
                keyId: components["parameters"]["KeyIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret part. */
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
                 * @description The id of the key. A malformed id, an unknown id or an id of another owner is a 404.
                 * @example key_01938f6e-1c40-7b22-9d13-6a0e4f7c2b58
                 */
                keyId: components["parameters"]["KeyIdParameter"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is revoked. */
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
        /** @description The content of the file. */
        requestBody: {
            content: {
                /** @example Row ID,Order ID,… */
                "text/csv": string;
                /** @example {"rowId":1,"orderId":"CA-2016-152156"} */
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description The upload is stored. */
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
            429: components["responses"]["TooManyRequestsOrUploads"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["DiskFullOrUnavailable"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the upload.
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
                 * @description The expiry of the link, in seconds since 1970 (Unix time).
                 * @example 1795345200
                 */
                expires: number;
                /**
                 * @description The signature of the service over file, owner, method and expiry.
                 * @example kq3F0cL1mQ
                 */
                signature: string;
            };
            header?: {
                /**
                 * @description One range of bytes, as `bytes=first-last`, `bytes=first-` or `bytes=-length`. Any other value is ignored, and the response is the whole file.
                 * @example bytes=1024-
                 */
                Range?: string;
                /**
                 * @description The `ETag` of the bytes that the client has. With any other value `Range` is ignored, and the response is the whole file. RFC 9110 §13.1.5.
                 * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                 */
                "If-Range"?: string;
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The id of the file, from a result or a link.
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
            /** @description The bytes of the requested range. The media type is that of the whole file. */
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
                    /** @example 2016-152156,2016-11-08 */
                    "text/csv": components["schemas"]["FilePart"];
                    /** @example {"rows":[{"orderId" */
                    "application/json": components["schemas"]["FilePart"];
                    /** @example {"customerId":"CG */
                    "application/x-ndjson": components["schemas"]["FilePart"];
                    /** @example %PDF-1.7 */
                    "application/pdf": components["schemas"]["FilePart"];
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    ETag: components["headers"]["FileETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description The store of the files sends the bytes. Repeat the request at `Location`, with the same method, `Range` and `If-Range`, and without a credential. The
             *     `ETag` of the store differs from that of this service.
             */
            307: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["FileLocation"];
                    "Cache-Control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["InvalidLink"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["LinkExpired"];
            416: components["responses"]["RangeNotSatisfiable"];
            429: components["responses"]["TooManyDownloads"];
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
                 * @description The id of the file, from a result or a link.
                 * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
                 */
                fileId: components["parameters"]["FileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata of the file. */
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
    getHome: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The start page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: {
                /**
                 * @description The version of OpenAPI in which the document is written.
                 * @example 3.1
                 */
                version?: components["parameters"]["OpenapiVersion"];
            };
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document in one file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.2.0"
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getDialectOpenapi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the dialect.
                 * @example azure
                 */
                dialect: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document in one file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.2.0"
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The documentation as an HTML page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getDocsScript: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the file, from the page.
                 * @example api.dcaf76612bc4a3fb.js
                 */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["ImmutableCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example !function(){}() */
                    "text/javascript": string;
                    /** @example <svg xmlns="http://www.w3.org/2000/svg"/> */
                    "image/svg+xml": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["ImmutableCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getGuides: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list of guides as an HTML page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getGuide: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the page, from the list.
                 * @example polling
                 */
                page: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The guide as an HTML page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getConsole: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page of the console. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    "Content-Security-Policy": components["headers"]["ContentSecurityPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getConsoleFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
                 * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
                 */
                "If-None-Match"?: components["parameters"]["PageIfNoneMatch"];
            };
            path: {
                /**
                 * @description The name of the file, from the page or a script.
                 * @example index-BxT1c0Vd.js
                 */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["ImmutableCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example export {} */
                    "text/javascript": string;
                    /** @example body { margin: 0 } */
                    "text/css": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["ImmutableCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The accepted content codings, with weights. The service supports `br`, `gzip` and `identity`. Default: `identity`. RFC 9110 §12.5.3.
                 * @example br, gzip;q=0.8
                 */
                "Accept-Encoding"?: components["parameters"]["AcceptEncoding"];
                /**
                 * @description The `ETag` of an earlier response. If the tag still matches, the response is a 304 without a body. Accepts a list of tags or `*`. RFC 9110 §13.1.2.
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
            /** @description The cause and the remedy of the problem code. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    "Content-Encoding": components["headers"]["ContentEncoding"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            /** @description The `ETag` in `If-None-Match` still matches. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Cache-Control": components["headers"]["PublicCacheControl"];
                    ETag: components["headers"]["PageETag"];
                    Vary: components["headers"]["PageVary"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyFromAddress"];
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
            /** @description The process is alive. */
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
            503: components["responses"]["Unavailable"];
        };
    };
    onPending: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.pending";
                    /** @enum {string} */
                    event?: "PENDING";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.pending";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.running";
                    /** @enum {string} */
                    event?: "RUNNING";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.running";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onWaiting: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.waiting";
                    /** @enum {string} */
                    event?: "WAITING";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.waiting";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.cancelling";
                    /** @enum {string} */
                    event?: "CANCELLING";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.cancelling";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.completed";
                    /** @enum {string} */
                    event?: "COMPLETED";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.completed";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.completed_with_errors";
                    /** @enum {string} */
                    event?: "COMPLETED_WITH_ERRORS";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.completed_with_errors";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.failed";
                    /** @enum {string} */
                    event?: "FAILED";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.failed";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.cancelled";
                    /** @enum {string} */
                    event?: "CANCELLED";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.cancelled";
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `operationId` in the body.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "X-Operation-Id": components["parameters"]["WebhookOperationHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperationMessage"] & {
                    /** @enum {string} */
                    type?: "operation.progress";
                    /** @enum {string} */
                    event?: "PROGRESS";
                };
                "application/cloudevents+json": components["schemas"]["OperationCloudEvent"] & {
                    /** @enum {string} */
                    type?: "operation.progress";
                };
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
    onBatchCompleted: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The `batchId` in the body.
                 * @example batch_01938f6e-5a00-7b21-8f0a-2c4d6e8f0a12
                 */
                "X-Batch-Id": components["parameters"]["WebhookBatchHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchMessage"];
                "application/cloudevents+json": components["schemas"]["BatchCloudEvent"];
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
                 * @description The id of the delivery, the same for all attempts. Store processed ids to process each message once.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "webhook-id": components["parameters"]["WebhookIdHeader"];
                /**
                 * @description The time of this attempt, in seconds since 1970 (Unix time). Reject a message that is more than five minutes off, to prevent replays.
                 * @example 1795251604
                 */
                "webhook-timestamp": components["parameters"]["WebhookTimestampHeader"];
                /**
                 * @description One or two signatures `v1,<base64>` of Standard Webhooks, separated by a space. Accept the message if one of them matches. Each is the HMAC-SHA256 of
                 *     `<webhook-id>.<webhook-timestamp>.<body>`. The key is the base64-decoded part of the secret after `whsec_`, or the whole secret if it has no such prefix.
                 * @example v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
                 */
                "webhook-signature": components["parameters"]["WebhookSignatureHeader"];
                /**
                 * @description A signature of the body alone: `sha256=` and the HMAC-SHA256 in hex, with the same key. It does not protect against replays.
                 * @example sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
                 */
                "X-Webhook-Signature": components["parameters"]["BodySignatureHeader"];
                /**
                 * @description The `event` in the body.
                 * @example COMPLETED
                 */
                "X-Webhook-Event": components["parameters"]["WebhookEventHeader"];
                /**
                 * @description The version of CloudEvents. This header and the other `ce-` headers are the attributes of the CloudEvent, and are sent only if `format` is `CLOUDEVENTS_BINARY`.
                 * @example 1.0
                 */
                "ce-specversion"?: components["parameters"]["SpecVersionHeader"];
                /**
                 * @description The id of the delivery, like `webhook-id`.
                 * @example dlv_01938f6e-9a44-7b10-8c3e-2f7d6a1b5c90
                 */
                "ce-id"?: components["parameters"]["IdHeader"];
                /**
                 * @description The URL of the collection to which the subject belongs.
                 * @example https://longrun.example.com/api/v1/operations
                 */
                "ce-source"?: components["parameters"]["SourceHeader"];
                /**
                 * @description The `type` in the body.
                 * @example operation.completed
                 */
                "ce-type"?: components["parameters"]["TypeHeader"];
                /**
                 * @description The id of the operation, the batch or the receiver.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                "ce-subject"?: components["parameters"]["SubjectHeader"];
                /**
                 * @description The `timestamp` in the body.
                 * @example 2026-11-21T09:00:04.140Z
                 */
                "ce-time"?: components["parameters"]["TimeHeader"];
                /**
                 * @description The URL of the schema of the body in this document.
                 * @example https://longrun.example.com/api/v1/openapi.json#/components/schemas/OperationMessage
                 */
                "ce-dataschema"?: components["parameters"]["DataSchemaHeader"];
                /**
                 * @description The trace of the submit, if it had one (W3C Trace Context).
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                "ce-traceparent"?: components["parameters"]["TraceparentHeader"];
                /**
                 * @description The `tracestate` of the submit, if it had one. Spaces, double quotes and `%` are percent-encoded.
                 * @example vendor=00f067aa0ba902b7
                 */
                "ce-tracestate"?: components["parameters"]["TracestateHeader"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PingMessage"];
                "application/cloudevents+json": components["schemas"]["PingCloudEvent"];
            };
        };
        responses: {
            410: components["responses"]["Gone"];
            "2XX": components["responses"]["Acknowledged"];
            "4XX": components["responses"]["Refused"];
        };
    };
}
