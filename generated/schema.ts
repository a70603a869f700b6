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
         * @description Starts a report over the orders of a date range: the sample rows, which everybody can read, and those you imported.
         *     The operation's `result` has a `downloadUrl`. A range without a row fails with `NO_DATA_IN_RANGE`.
         *
         *     A CSV has one header row and no total row; text cells that a spreadsheet would take for a formula are defused. A JSON report is
         *     one document. A PDF has totals, a chart, and a table of the first 5,000 rows.
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
         * @description What was generated, with a fresh `downloadUrl`. Kept as long as the operation that made it.
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
         * @description Starts an export of customers, the sample ones and yours, as CSV or NDJSON. Choose the columns and their order; text cells of a CSV
         *     that a spreadsheet would take for a formula are defused.
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
         * @description The sample customers and yours, by id.
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
         * @description Starts the import of an uploaded file of order lines. Each row is checked; good rows are loaded, bad ones come back in a reject
         *     file (`rejectUrl`) with line, column and reason, and the operation ends `COMPLETED_WITH_ERRORS`. A file that cannot be
         *     read as a whole, or without one good row, fails and loads nothing; so does a cancelled import.
         *
         *     A row's key is (you, row id). A row that is there already with the same content counts as `rowsUnchanged`, so the same file twice
         *     loads once; with other content it is rejected.
         *
         *     **CSV** needs a header row; names are matched without regard to case, spaces and punctuation, in any order: Row ID, Order ID,
         *     Order Date, Ship Date, Ship Mode, Customer ID, Customer Name, Segment, Country, City, State, Postal Code, Region, Product ID,
         *     Category, Sub-Category, Product Name, Sales, Quantity, Discount, Profit. **NDJSON** has one object a line with the same names
         *     in camelCase (`rowId`, …, `subCategory`). UTF-8 only. A postal code of four digits in the United States gets its leading zero back.
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
         * @description The sample orders and yours, newest order date first.
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
         * @description An order with its lines. Of two orders with one id, your own is preferred to the sample's.
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
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operations
         * @description Your operations, newest first. Filters are joined by AND; `status` and `label` may be given more than once: any of the
         *     statuses, all of the labels.
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
         * @description Up to 1,000 operations in one request. Ids that are unknown, expired or another owner's are in `notFound`.
         */
        post: operations["batchGetOperations"];
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
         * @description Status, progress, and the result or error once there is one. While it is active `Retry-After` says when to ask again.
         *     Send the `ETag` back as `If-None-Match`: 304 when nothing changed.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        /**
         * Cancel an operation, DELETE style
         * @description The same as `:cancel`, for clients that cancel with DELETE. The record stays until its retention is over.
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
         * @description Stops an operation. One that waits is `CANCELLED` at once; one that runs is `CANCELLING` until its work has stopped, then
         *     `CANCELLED`, never `COMPLETED`. Again on either answers 200 again. The body may be left out.
         */
        post: operations["cancelOperation"];
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
         * @description Redirects to what a completed operation made: a report, a file, or the orders. The body is the operation. 409 while it is active
         *     (`NOT_FINISHED`, with `Retry-After`), and when it failed or was cancelled.
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
         * @description Streams the raw body to storage; nothing is kept of an upload that breaks off. The file is checked when an operation reads it.
         *     An upload that no operation uses goes after 24 hours.
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
         * @description Size and checksum of what was stored, to compare with what was sent.
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
         * @description The bytes of a file, by a signed link that expires: no credential is needed, so take care whom you give it to. Links come from results,
         *     reports and file metadata (`downloadUrl`), freshly minted at each read. Ranges are served.
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
         * @description Name, size, checksum and expiry, with a fresh `downloadUrl`.
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
         * @description This document, bundled.
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
         * @description The contract as a page to read.
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
         * @description Cause and cure of one problem code.
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
         * @description The process answers.
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
         * @description The service can serve requests. 503 while it cannot reach its database, or is stopping.
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
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description `ORDERS_SUMMARY` has one row per order; the others one per product, country, or customer.
         * @enum {string}
         */
        ReportType: "ORDERS_SUMMARY" | "SALES_BY_PRODUCT" | "SALES_BY_COUNTRY" | "CUSTOMER_ACTIVITY";
        /** @description Days in UTC, both inclusive. */
        DateRange: {
            /** Format: date */
            fromDate: string;
            /**
             * Format: date
             * @description Not before `fromDate`.
             */
            toDate: string;
        };
        /** @enum {string} */
        ReportFormat: "CSV" | "PDF" | "JSON";
        /**
         * @description The sample rows, which belong to nobody, or the rows that you imported. Left out, both.
         * @enum {string}
         */
        Source: "SAMPLE" | "IMPORTED";
        /** @description Exactly this value. */
        FilterText: string;
        /** @description Joined by AND. */
        ReportFilters: {
            source?: components["schemas"]["Source"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
            segment?: components["schemas"]["FilterText"];
            category?: components["schemas"]["FilterText"];
        };
        /**
         * @description Orders an owner's own operations among each other; waiting raises it.
         * @enum {string}
         */
        Priority: "LOW" | "NORMAL" | "HIGH";
        /**
         * @description Up to 16 labels of your own, to find the operation again.
         * @example {
         *       "team": "crm"
         *     }
         */
        Labels: {
            [key: string]: string;
        };
        /**
         * Format: date-time
         * @description Not before this instant. At most 30 days ahead.
         */
        StartAfter: string;
        /**
         * @description Checks the request and estimates the work; starts nothing and answers 200.
         * @default false
         */
        ValidateOnly: boolean;
        GenerateReportRequest: {
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        Estimate: {
            /** @description Rows that would be read or written. */
            rows?: number;
            /** @description From recent operations of the type. */
            seconds?: number;
        };
        /** @description What a submit would do. */
        Validation: {
            /** @constant */
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
        Phase: {
            name: string;
            /** @enum {string} */
            status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED" | "SKIPPED" | "COMPENSATING" | "COMPENSATED";
            percentage?: number;
            /** @description Seconds. */
            duration?: number;
        };
        /** @description How far the work is. The percentage never falls and reaches 100 only with completion. */
        Progress: {
            percentage: number;
            /** @description Units done in the present phase. */
            current?: number;
            /** @description Units of the present phase. */
            total?: number;
            /** @description The present phase. */
            phase?: string;
            message?: string;
            phases?: components["schemas"]["Phase"][];
        };
        /** @description One place that is wrong, and how to mend it. */
        ProblemPlace: {
            /** @description JSON Pointer (RFC 6901) into the body. */
            pointer?: string;
            /** @description Name of the query parameter or header. */
            parameter?: string;
            message: string;
        };
        /** @description RFC 9457. `code` is stable; `detail` is for a person. */
        Problem: {
            /**
             * Format: uri-reference
             * @description A page that explains cause and cure.
             */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** Format: uri-reference */
            instance?: string;
            code: string;
            /** Format: date-time */
            timestamp: string;
            requestId?: string;
            errors?: components["schemas"]["ProblemPlace"][];
            retryable?: boolean;
            /** @description Seconds. */
            retryAfter?: number;
            /** Format: date-time */
            expiredAt?: string;
        };
        /** @description Seconds between polls that make sense; advisory. */
        PollInterval: {
            recommended: number;
            minimum: number;
        };
        /** @description What can be done with the operation now. A link is present exactly when following it would work. */
        OperationLinks: {
            /** Format: uri-reference */
            self: string;
            /**
             * Format: uri-reference
             * @description POST here to cancel; while it is active.
             */
            cancel?: string;
            /**
             * Format: uri-reference
             * @description Redirects to the result; once it is completed.
             */
            result?: string;
        };
        /** @description What every operation has, whatever its type. */
        OperationFields: {
            operationId: components["schemas"]["OperationId"];
            /** @description The operationId of the request that submitted it. */
            type: string;
            status: components["schemas"]["Status"];
            /** @description Whether the status is final. */
            done: boolean;
            /** @description How often a worker has taken it. */
            attempt: number;
            /** @description Failed attempts that count towards `maxAttempts`. */
            failures: number;
            maxAttempts: number;
            priority: components["schemas"]["Priority"];
            labels: components["schemas"]["Labels"];
            progress: components["schemas"]["Progress"];
            error?: components["schemas"]["Problem"];
            /** @description Why it was cancelled. */
            reason?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            estimatedCompletion?: string;
            /** Format: date-time */
            completedAt?: string;
            /** Format: date-time */
            failedAt?: string;
            /** Format: date-time */
            cancelledAt?: string;
            /**
             * Format: date-time
             * @description When the record, its result and its files go.
             */
            expiresAt?: string;
            /** Format: date-time */
            startAfter?: string;
            /** @description Seconds since it started; until its end once it has one. */
            duration?: number;
            /** @description Within your own queue, while PENDING; absent beyond 1,000. */
            queuePosition?: number;
            pollInterval?: components["schemas"]["PollInterval"];
            /** Format: uri-reference */
            statusUrl: string;
            links: components["schemas"]["OperationLinks"];
        };
        ReportResult: {
            /** @description `report_` and a UUIDv7. */
            reportId: string;
            /**
             * Format: uri-reference
             * @description The report as a resource.
             */
            url: string;
            /**
             * Format: uri-reference
             * @description A signed link; fresh at each read.
             */
            downloadUrl: string;
            format: components["schemas"]["ReportFormat"];
            /** @description Bytes. */
            size: number;
            /** @description Data rows. */
            rowCount: number;
            /** Format: date-time */
            generatedAt: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description An operation of type `generateReport`. */
        ReportOperation: {
            /** @constant */
            type?: "generateReport";
            result?: components["schemas"]["ReportResult"];
        } & (components["schemas"]["OperationFields"] & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "generateReport";
        });
        Report: {
            reportId: string;
            operationId: components["schemas"]["OperationId"];
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            filters: components["schemas"]["ReportFilters"];
            /** Format: uri-reference */
            url: string;
            /**
             * Format: uri-reference
             * @description A signed link; fresh at each read.
             */
            downloadUrl: string;
            format: components["schemas"]["ReportFormat"];
            /** @description Bytes. */
            size: number;
            /** @description Data rows. */
            rowCount: number;
            /** Format: date-time */
            generatedAt: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @enum {string} */
        ExportFormat: "CSV" | "NDJSON";
        /** @description Which columns, in which order; all of them when left out. */
        CustomerColumns: ("customerId" | "name" | "segment" | "source" | "orderCount" | "sales" | "firstOrderDate" | "lastOrderDate")[];
        /** @description Joined by AND. */
        CustomerFilters: {
            source?: components["schemas"]["Source"];
            segment?: components["schemas"]["FilterText"];
            country?: components["schemas"]["FilterText"];
            region?: components["schemas"]["FilterText"];
            state?: components["schemas"]["FilterText"];
        };
        ExportCustomersRequest: {
            format: components["schemas"]["ExportFormat"];
            columns?: components["schemas"]["CustomerColumns"];
            filters?: components["schemas"]["CustomerFilters"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        ExportResult: {
            /** @description `file_` and a UUIDv7. */
            fileId: string;
            /**
             * Format: uri-reference
             * @description A signed link; fresh at each read.
             */
            downloadUrl: string;
            format: components["schemas"]["ExportFormat"];
            /** @description Bytes. */
            size: number;
            /** @description Data rows. */
            rowCount: number;
            /** Format: date-time */
            expiresAt: string;
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
        Customer: {
            customerId: string;
            name: string;
            segment: string;
            source: components["schemas"]["Source"];
        };
        /** @description Present while there is more. */
        NextPageToken: string;
        CustomerPage: {
            customers: components["schemas"]["Customer"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description `upload_` and a UUIDv7. */
        UploadId: string;
        ImportOrdersRequest: {
            uploadId: components["schemas"]["UploadId"];
            priority?: components["schemas"]["Priority"];
            labels?: components["schemas"]["Labels"];
            startAfter?: components["schemas"]["StartAfter"];
            validateOnly?: components["schemas"]["ValidateOnly"];
        };
        Warning: {
            code: string;
            message: string;
            affectedRecords?: number;
        };
        /** @description What was left out; only of an operation that is COMPLETED_WITH_ERRORS. */
        Warnings: components["schemas"]["Warning"][];
        /** @description `rowsRead` is the sum of the other three. */
        ImportResult: {
            rowsRead: number;
            rowsLoaded: number;
            /** @description There already with the same content. */
            rowsUnchanged: number;
            rowsRejected: number;
            /**
             * Format: uri-reference
             * @description A signed link to the rejected rows as CSV, with line, column and reason.
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
        OrderFields: {
            orderId: string;
            customerId: string;
            customerName: string;
            /** Format: date */
            orderDate: string;
            /** Format: date */
            shipDate: string;
            shipMode: string;
            country: string;
            region: string;
            state: string;
            city: string;
            postalCode: string;
            source: components["schemas"]["Source"];
        };
        OrderSummary: components["schemas"]["OrderFields"];
        OrderPage: {
            orders: components["schemas"]["OrderSummary"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
        };
        /** @description A plain decimal, as text so that no digit is lost. */
        Decimal: string;
        OrderLine: {
            rowId: number;
            productId: string;
            productName: string;
            category: string;
            subCategory: string;
            sales: components["schemas"]["Decimal"];
            quantity: number;
            discount: components["schemas"]["Decimal"];
            profit: components["schemas"]["Decimal"];
        };
        Order: {
            lines: components["schemas"]["OrderLine"][];
        } & components["schemas"]["OrderFields"];
        /** @description An operation; `type` says which, and so what its `result` is. Assembled by `npm run generate`. */
        Operation: components["schemas"]["ExportOperation"] | components["schemas"]["ReportOperation"] | components["schemas"]["ImportOperation"];
        OperationPage: {
            operations: components["schemas"]["Operation"][];
            nextPageToken?: components["schemas"]["NextPageToken"];
            /** @description With `includeTotal`. */
            totalSize?: number;
        };
        /** @description Ids to look up, in any order. */
        BatchGetIds: string[];
        BatchGetRequest: {
            operationIds: components["schemas"]["BatchGetIds"];
        };
        BatchGetAnswer: {
            operations: components["schemas"]["Operation"][];
            /** @description Unknown, expired, or not yours. */
            notFound: string[];
        };
        /** @description Kept with the operation. */
        CancelReason: string;
        CancelRequest: {
            reason?: components["schemas"]["CancelReason"];
        };
        Upload: {
            uploadId: components["schemas"]["UploadId"];
            mediaType: string;
            /** @description Bytes. */
            size: number;
            sha256: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it goes if no operation uses it.
             */
            expiresAt: string;
        };
        File: {
            fileId: string;
            operationId: components["schemas"]["OperationId"];
            name: string;
            mediaType: string;
            /** @description Bytes. */
            size: number;
            sha256: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * Format: uri-reference
             * @description A signed link; fresh at each read.
             */
            downloadUrl: string;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
    };
    responses: {
        /** @description Malformed: syntax, query, headers. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/INVALID_REQUEST",
                 *       "title": "The request is malformed",
                 *       "status": 400,
                 *       "detail": "The query parameter pageSize must be a whole number from 1 to 1000.",
                 *       "code": "INVALID_REQUEST",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42",
                 *       "errors": [
                 *         {
                 *           "parameter": "pageSize",
                 *           "message": "must be a whole number from 1 to 1000"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No credential, or one that is not known. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WWWAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/UNAUTHENTICATED",
                 *       "title": "A credential is needed",
                 *       "status": 401,
                 *       "detail": "Send an API key: Authorization: Bearer <key>, or X-API-Key.",
                 *       "code": "UNAUTHENTICATED",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The credential lacks a scope that this request needs. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/INSUFFICIENT_SCOPE",
                 *       "title": "The credential may not do this",
                 *       "status": 403,
                 *       "detail": "This needs the scope operations:write.",
                 *       "code": "INSUFFICIENT_SCOPE",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the limit. */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/CONTENT_TOO_LARGE",
                 *       "title": "The body is too large",
                 *       "status": 413,
                 *       "detail": "A JSON body may have 1,000,000 bytes.",
                 *       "code": "CONTENT_TOO_LARGE",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The content type or encoding is not one of those listed. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/UNSUPPORTED_MEDIA_TYPE",
                 *       "title": "The media type is not supported",
                 *       "status": 415,
                 *       "detail": "Send application/json.",
                 *       "code": "UNSUPPORTED_MEDIA_TYPE",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Valid JSON that breaks the schema or a rule. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/INVALID_INPUT",
                 *       "title": "The input breaks a rule",
                 *       "status": 422,
                 *       "detail": "dateRange.toDate is before dateRange.fromDate.",
                 *       "code": "INVALID_INPUT",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42",
                 *       "errors": [
                 *         {
                 *           "pointer": "/dateRange",
                 *           "message": "toDate must not be before fromDate"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the service; it is logged under the request id. */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/INTERNAL_ERROR",
                 *       "title": "The service failed",
                 *       "status": 500,
                 *       "detail": "Something went wrong. Quote the request id when you report it.",
                 *       "code": "INTERNAL_ERROR",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The service cannot reach its database, or is stopping. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/UNAVAILABLE",
                 *       "title": "The service is not available now",
                 *       "status": 503,
                 *       "detail": "Try again after the seconds in Retry-After.",
                 *       "code": "UNAVAILABLE",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42",
                 *       "retryAfter": 2
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unknown, or another owner’s. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/NOT_FOUND",
                 *       "title": "There is no such resource",
                 *       "status": 404,
                 *       "detail": "There is no such resource, or it is not yours.",
                 *       "code": "NOT_FOUND",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Its retention is over. */
        Expired: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/OPERATION_EXPIRED",
                 *       "title": "The operation has expired",
                 *       "status": 410,
                 *       "detail": "The operation expired and was removed.",
                 *       "code": "OPERATION_EXPIRED",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42",
                 *       "expiredAt": "2026-11-20T09:00:00Z"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unknown, or another owner’s. */
        OperationNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/OPERATION_NOT_FOUND",
                 *       "title": "There is no such operation",
                 *       "status": 404,
                 *       "detail": "There is no such operation, or it is not yours.",
                 *       "code": "OPERATION_NOT_FOUND",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The operation’s state does not allow it. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "/problems/CANNOT_CANCEL",
                 *       "title": "The operation can no longer be cancelled",
                 *       "status": 409,
                 *       "detail": "The operation is COMPLETED.",
                 *       "code": "CANNOT_CANCEL",
                 *       "timestamp": "2026-11-21T09:00:00Z",
                 *       "requestId": "0f6c1f9e-8a1d-4d5b-9a55-1d1f3f0f7a42"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /**
         * @description 1–255 ASCII characters of your choice, bare or quoted; the same for each retry of one submit.
         * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
         */
        IdempotencyKey: string;
        /** @description Only sample rows, or only those you imported. */
        SourceParameter: components["schemas"]["Source"];
        /** @description How many at most. */
        PageSize: number;
        /** @description The `nextPageToken` of the page before. Opaque; belongs to the owner and the filters it was made for. */
        PageToken: string;
        /**
         * @description The operation's id. One that is malformed, unknown or another owner's is 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /** @description The `ETag` of an earlier answer. Unchanged answers 304. */
        IfNoneMatch: string;
        /**
         * @description The file's id.
         * @example file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33
         */
        FileId: string;
    };
    requestBodies: never;
    headers: {
        /** @description The id of this request, in logs and problems. */
        RequestId: string;
        /** @description Where the operation is. */
        Location: string;
        /** @description Seconds until asking again is useful. */
        RetryAfter: number;
        /** @description `true` when this is the answer to an earlier request with the same key. */
        IdempotencyReplayed: "true";
        /** @description How to authenticate. */
        WWWAuthenticate: string;
        /** @description Who may keep this answer, and how long. */
        CacheControl: string;
        /** @description `rel="next"`: the next page, while there is one. RFC 8288. */
        Link: string;
        /** @description Weak; changes with status, progress, result and links. */
        ETag: string;
        /** @description Seconds until asking again is useful; while the operation is active. */
        RetryAfterWhileActive: number;
        /** @description Where the result is. */
        ResultLocation: string;
        /** @description Where the upload is. */
        UploadLocation: string;
        /** @description The file's name. RFC 6266, RFC 8187. */
        ContentDisposition: string;
        /** @description `bytes`. */
        AcceptRanges: string;
        /** @description Bytes of the body. */
        ContentLength: number;
        /** @description Which bytes these are, of how many. RFC 9110 §14.4. */
        ContentRange: string;
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
                 * @description 1–255 ASCII characters of your choice, bare or quoted; the same for each retry of one submit.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
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
            /** @description With `validateOnly`, what a submit would do. Nothing was started. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": true,
                     *       "estimate": {
                     *         "rows": 1687
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportCustomers: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 ASCII characters of your choice, bare or quoted; the same for each retry of one submit.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
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
            /** @description With `validateOnly`, what a submit would do. Nothing was started. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": true,
                     *       "estimate": {
                     *         "rows": 1687
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                /** @description Only sample rows, or only those you imported. */
                source?: components["parameters"]["SourceParameter"];
                /** @description Only customers of this segment. */
                segment?: string;
                /** @description How many at most. */
                pageSize?: components["parameters"]["PageSize"];
                /** @description The `nextPageToken` of the page before. Opaque; belongs to the owner and the filters it was made for. */
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
                    "Cache-Control": components["headers"]["CacheControl"];
                    Link: components["headers"]["Link"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "customers": [
                     *         {
                     *           "customerId": "CG-12520",
                     *           "name": "Claire Gute",
                     *           "segment": "Consumer",
                     *           "source": "SAMPLE"
                     *         }
                     *       ],
                     *       "nextPageToken": "eyJhIjoi"
                     *     }
                     */
                    "application/json": components["schemas"]["CustomerPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    importOrders: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description 1–255 ASCII characters of your choice, bare or quoted; the same for each retry of one submit.
                 * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
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
            /** @description With `validateOnly`, what a submit would do. Nothing was started. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": true,
                     *       "estimate": {
                     *         "rows": 1687
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description Accepted. Ask at `Location` after `Retry-After` seconds. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOperation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description Only sample rows, or only those you imported. */
                source?: components["parameters"]["SourceParameter"];
                /** @description Only orders of this customer. */
                customerId?: string;
                /** @description Ordered on this day or later. */
                fromDate?: string;
                /** @description Ordered on this day or earlier. */
                toDate?: string;
                /** @description How many at most. */
                pageSize?: components["parameters"]["PageSize"];
                /** @description The `nextPageToken` of the page before. Opaque; belongs to the owner and the filters it was made for. */
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOperations: {
        parameters: {
            query?: {
                /**
                 * @description Any of these statuses. Lower case, and PROCESSING for RUNNING, are understood.
                 * @example [
                 *       "FAILED",
                 *       "CANCELLED"
                 *     ]
                 */
                status?: string[];
                /**
                 * @description Only operations of this type.
                 * @example generateReport
                 */
                type?: string;
                /**
                 * @description `key:value`; all of these labels.
                 * @example [
                 *       "team:crm"
                 *     ]
                 */
                label?: string[];
                /** @description Created at this instant or later. */
                createdAfter?: string;
                /** @description Created before this instant. */
                createdBefore?: string;
                /** @description Adds `totalSize`. It counts, so ask only when you show it. */
                includeTotal?: boolean;
                /** @description How many at most. */
                pageSize?: components["parameters"]["PageSize"];
                /** @description The `nextPageToken` of the page before. Opaque; belongs to the owner and the filters it was made for. */
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
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer. Unchanged answers 304. */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The operation's id. One that is malformed, unknown or another owner's is 404.
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
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description Unchanged since the `ETag` in `If-None-Match`. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
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
            410: components["responses"]["Expired"];
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
                 * @description The operation's id. One that is malformed, unknown or another owner's is 404.
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
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["OperationNotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Expired"];
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
                 * @description The operation's id. One that is malformed, unknown or another owner's is 404.
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
            409: components["responses"]["Conflict"];
            410: components["responses"]["Expired"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
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
                 * @description The operation's id. One that is malformed, unknown or another owner's is 404.
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
            /** @description There is no result (yet). */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "/problems/NOT_FINISHED",
                     *       "title": "The operation has not finished",
                     *       "status": 409,
                     *       "detail": "The operation is RUNNING. Ask again after the seconds in Retry-After.",
                     *       "code": "NOT_FINISHED",
                     *       "timestamp": "2026-11-21T09:00:04Z",
                     *       "retryAfter": 1
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            410: components["responses"]["Expired"];
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
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
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
                 * @description The service's signature of file, owner, method and expiry.
                 * @example kq3F0cL1mQ
                 */
                signature: string;
            };
            header?: {
                /** @description `bytes=first-last`; one range. */
                Range?: string;
            };
            path: {
                /**
                 * @description The file's id.
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
                    ETag: components["headers"]["ETag"];
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
                    ETag: components["headers"]["ETag"];
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
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Expired"];
            /** @description The range lies outside the file. */
            416: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "/problems/RANGE_NOT_SATISFIABLE",
                     *       "title": "The range lies outside the file",
                     *       "status": 416,
                     *       "detail": "The file has 1024 bytes.",
                     *       "code": "RANGE_NOT_SATISFIABLE",
                     *       "timestamp": "2026-11-21T09:00:00Z"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
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
                 * @description The file's id.
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document, bundled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
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
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract as a page to read. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
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
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html> */
                    "text/html": string;
                };
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
}
