// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/api/v1/reports/{reportType}:generateReport": {
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
         * @description Starts an operation of type `generateReport`. The report type is the id in the path. Poll `Location` after the seconds in `Retry-After`.
         */
        post: operations["lroGenerateReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}:deliver": {
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
         * @description Starts an operation of type `deliverOrder`. Poll `Location` after the seconds in `Retry-After`.
         */
        post: operations["lroDeliverOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operations
         * @description Lists your operations of every type, the newest first. `page` times `pageSize` is at most 1,000: for older operations use `GET /api/v1/operations` of the
         *     API, whose pages have tokens. A submit between two requests moves operations to the next page.
         */
        get: operations["lroListOperations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations:batchGet": {
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
         * @description Reads up to 1,000 operations in one request.
         */
        post: operations["lroBatchGetOperations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{operationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an operation
         * @description Returns an operation of any type. Poll it after the seconds in `Retry-After` until `status` is `COMPLETED`, `FAILED` or `CANCELLED`. `result` is the result of
         *     the operation, as in the API.
         */
        get: operations["lroGetOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{operationId}:cancel": {
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
         * @description Cancels an operation. A running operation is `RUNNING` until its work has stopped, and then `CANCELLED`. Cancelling it again is a 200. An operation that is
         *     `COMPLETED` or `FAILED` is a 400 `CANNOT_CANCEL`.
         */
        post: operations["lroCancelOperation"];
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
        /** @description The date range and format of a report. */
        GenerateReportRequest: {
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
            webhookUrl?: components["schemas"]["WebhookUrl"];
        };
        /** @description Options of the delivery. The body and every field are optional. */
        DeliverOrderRequest: {
            warehouse?: components["schemas"]["Warehouse"];
            paymentMethod?: components["schemas"]["PaymentMethod"];
            carrierService?: components["schemas"]["CarrierService"];
            contact?: components["schemas"]["Contact"];
            webhookUrl?: components["schemas"]["WebhookUrl"];
        };
        /**
         * @description `RUNNING`: RUNNING, WAITING or CANCELLING. `COMPLETED`: COMPLETED or COMPLETED_WITH_ERRORS, whose `result` has `warnings`.
         * @enum {string}
         */
        Status: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** @description An operation. */
        Operation: {
            operationId: components["schemas"]["OperationId"];
            status: components["schemas"]["Status"];
            /**
             * Format: double
             * @description Percentage of the operation. Absent while it is `PENDING`.
             */
            progress?: number;
            /** @description The result of the operation. Present only if `COMPLETED`. */
            result?: {
                [key: string]: unknown;
            };
            error?: components["schemas"]["OperationError"];
            createdAt: components["schemas"]["Timestamp"];
            startedAt?: components["schemas"]["Timestamp"];
            estimatedCompletion?: components["schemas"]["Timestamp"];
            completedAt?: components["schemas"]["Timestamp"];
            failedAt?: components["schemas"]["Timestamp"];
            cancelledAt?: components["schemas"]["Timestamp"];
            links: components["schemas"]["Links"];
        };
        /** @description Why an operation failed. */
        OperationError: {
            /** @description The code of the error, for programs. */
            code: string;
            /** @description The cause of the error. */
            message: string;
            /** @description The earlier error that led to this one. */
            details?: string;
        };
        /** @description URLs of the operation in this API. */
        Links: {
            /**
             * Format: uri-reference
             * @description The operation.
             */
            self: string;
            /**
             * Format: uri-reference
             * @description A POST cancels the operation. Absent when it has ended.
             */
            cancel?: string;
        };
        /** @description Operations. */
        Operations: components["schemas"]["Operation"][];
        /** @description A page of operations, the newest first. */
        OperationsPage: {
            operations: components["schemas"]["Operations"];
            /**
             * Format: int32
             * @description The number of this page.
             */
            page: number;
            /**
             * Format: int32
             * @description How many operations a page has.
             */
            pageSize: number;
            /** @description Whether there are older operations that match. */
            hasMore: boolean;
        };
        /** @description Operations by their ids. */
        FoundOperations: {
            operations: components["schemas"]["Operations"];
            /** @description The ids that are malformed, unknown, or of operations that were deleted or belong to another owner. */
            notFound: string[];
        };
        /** @description The body of every error response. */
        ErrorResponse: {
            /** @description The code of the error, for programs. */
            error: string;
            /** @description The cause of the error, and what to do. */
            message: string;
            timestamp: components["schemas"]["Timestamp"];
            errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The violations in the request. */
        FieldErrors: components["schemas"]["FieldError"][];
        /** @description A violation. */
        FieldError: {
            /** @description The field of the body, with dots between names, the query parameter or the header. */
            field: string;
            /** @description What the value must be. */
            message: string;
        };
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
         * @description A URL that begins with `https://`, has a host with public addresses only, and has no user, password or fragment. Any other URL is a 422 `UNSAFE_URL`. The
         *     address is checked again at each attempt.
         * @example https://hooks.example.com/longrun
         */
        WebhookUrl: string;
        /**
         * @description `op_` and a UUIDv7. Ids sort by creation time.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /**
         * Format: date-time
         * @description A time in UTC, in RFC 3339 format with `Z`.
         * @example 2026-11-21T09:00:00.000Z
         */
        Timestamp: string;
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
        /** @description The ids of the operations. A repeated id is returned once. */
        BatchGetIds: string[];
        /** @description The operations to read. */
        BatchGetRequest: {
            operationIds: components["schemas"]["BatchGetIds"];
        };
    };
    responses: {
        /** @description The query, a header or the body is malformed. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "INVALID_REQUEST",
                 *       "message": "The query parameter lang is not known.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation has ended, and its status is final; or the query, a header or the body is malformed. */
        CannotCancel: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "CANNOT_CANCEL",
                 *       "message": "The operation is COMPLETED, and that is final.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
                /**
                 * @example {
                 *       "error": "UNAUTHENTICATED",
                 *       "message": "Send an API key or a token.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The credential lacks the scope that this request needs. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "WWW-Authenticate": components["headers"]["ScopeChallenge"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "INSUFFICIENT_SCOPE",
                 *       "message": "This request needs the scope operations:read.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation does not exist, was deleted or belongs to another owner. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "OPERATION_NOT_FOUND",
                 *       "message": "There is no such operation, or it is not yours.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body did not arrive in time. The connection is closed. */
        RequestTimeout: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "REQUEST_TIMEOUT",
                 *       "message": "No byte of the body arrived for 30 seconds. Send the request again.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The storage quota of the owner is used up. */
        StorageFull: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "STORAGE_FULL",
                 *       "message": "You may have 107,374,182,400 bytes stored, and none are left. Purge operations, or wait until some expire.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The `Idempotency-Key` was used for a request whose operation was deleted. */
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "OPERATION_EXPIRED",
                 *       "message": "The operation expired or was purged. Its record, result and files are deleted.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body has too many bytes or values. */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "CONTENT_TOO_LARGE",
                 *       "message": "The JSON body of this request may have 65,536 bytes.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body is not JSON in UTF-8, or is compressed. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "UNSUPPORTED_MEDIA_TYPE",
                 *       "message": "Send application/json, in UTF-8.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A field of the body violates its schema or another rule, or the `Idempotency-Key` was used for another request. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "INVALID_INPUT",
                 *       "message": "format: must be one of CSV, PDF, JSON.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A limit of requests, unfinished operations or webhook targets was reached. Nothing was done. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "RATE_LIMITED",
                 *       "message": "This credential may send 1000 submits in 60 seconds. Retry after the seconds in Retry-After.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
                /**
                 * @example {
                 *       "error": "INTERNAL_ERROR",
                 *       "message": "An unexpected error occurred in the service. Report the request id.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The service cannot reach its database, is starting or is stopping. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "UNAVAILABLE",
                 *       "message": "The service cannot reach its database or its storage. Retry after the seconds in Retry-After.",
                 *       "timestamp": "2026-11-21T09:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description The id of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
        /**
         * @description Only operations with this status.
         * @example RUNNING
         */
        Status: components["schemas"]["Status"];
        /**
         * @description The number of the page. The first is 1.
         * @example 1
         */
        Page: number;
        /**
         * @description How many operations a page has.
         * @example 20
         */
        PageSize: number;
        /**
         * @description 1–255 printable ASCII characters, with or without double quotes, for example a UUID. Send the same key when you repeat a request. For 24 hours by default,
         *     the same key with the same request returns the original 202 and starts no second operation. With another request it is a 422 `IDEMPOTENCY_MISMATCH`.
         * @example 6f1c1a5e-1b6f-4a51-9f0a-5d2f6f1d0c11
         */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The URL of the operation.
         * @example /compat/lro/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationUrl: string;
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
         * @description Seconds to wait before the next request. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfter: number;
        /**
         * @description `true` if this is the response to an earlier request with the same key. Absent otherwise.
         * @example true
         */
        IdempotencyReplayed: "true";
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
         * @description Seconds to wait before the next request. Absent when the operation is done. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfterWhileActive: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    lroGenerateReport: {
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
                 * @description The type of the report. Any other type is a 404.
                 * @example ORDERS_SUMMARY
                 */
                reportType: components["schemas"]["ReportType"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dateRange": {
                 *         "fromDate": "2017-01-01",
                 *         "toDate": "2017-12-31"
                 *       },
                 *       "format": "PDF",
                 *       "filters": {
                 *         "category": "Furniture"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["GenerateReportRequest"];
            };
        };
        responses: {
            /** @description The operation was accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["OperationUrl"];
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
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    lroDeliverOrder: {
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
                 * @description The id of the order. An unknown id is a 404.
                 * @example CA-2016-152156
                 */
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "carrierService": "express"
                 *     }
                 */
                "application/json": components["schemas"]["DeliverOrderRequest"];
            };
        };
        responses: {
            /** @description The operation was accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["OperationUrl"];
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
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["StorageFull"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    lroListOperations: {
        parameters: {
            query?: {
                /**
                 * @description Only operations with this status.
                 * @example RUNNING
                 */
                status?: components["parameters"]["Status"];
                /**
                 * @description The number of the page. The first is 1.
                 * @example 1
                 */
                page?: components["parameters"]["Page"];
                /**
                 * @description How many operations a page has.
                 * @example 20
                 */
                pageSize?: components["parameters"]["PageSize"];
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsPage"];
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
    lroBatchGetOperations: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundOperations"];
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
    lroGetOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
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
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    lroCancelOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation, `CANCELLED` or still `RUNNING`. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["CannotCancel"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
