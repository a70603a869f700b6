// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit a report
         * @description Starts an operation of type `generateReport`. Poll `Location` after the seconds in `Retry-After`. A message of the API is sent to `webhook_url` when the
         *     operation has ended.
         */
        post: operations["tasksGenerateReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/operations/{operationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an operation
         * @description Returns an operation of any type. Poll it after the seconds in `Retry-After` until `status` is `completed`, `failed` or `cancelled`.
         */
        get: operations["tasksGetOperation"];
        put?: never;
        post?: never;
        /**
         * Cancel an operation
         * @description Cancels an operation. A running operation is `processing` until its work has stopped, and then `cancelled`. Cancelling it again is a 204. An operation that
         *     is `completed` or `failed` is a 409 `CANNOT_CANCEL`.
         */
        delete: operations["tasksCancelOperation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A report. */
        ReportRequest: {
            type: components["schemas"]["ReportType"];
            date_range?: components["schemas"]["DateRange"];
            format?: components["schemas"]["ReportFormat"];
            filters?: components["schemas"]["ReportFilters"];
            webhook_url?: components["schemas"]["WebhookUrl"];
        };
        /**
         * @description `orders-summary` has one row for each order, `sales-by-product` one for each product, `sales-by-country` one for each country, and `customer-activity` one
         *     for each customer with orders. `annual-sales` is `sales-by-product`.
         * @enum {string}
         */
        ReportType: "annual-sales" | "orders-summary" | "sales-by-product" | "sales-by-country" | "customer-activity";
        /** @description A range of order dates in UTC. Both days are included. Without it the report has all orders. */
        DateRange: {
            from_date: components["schemas"]["FromDate"];
            to_date: components["schemas"]["ToDate"];
        };
        /**
         * Format: date
         * @description The first day of the range.
         */
        FromDate: string;
        /**
         * Format: date
         * @description The last day of the range. Must not be before `from_date`.
         */
        ToDate: string;
        /**
         * @description The format of the file. Default: `pdf`.
         * @enum {string}
         */
        ReportFormat: "pdf" | "csv" | "json";
        /**
         * @description A URL that begins with `https://`, has a host with public addresses only, and has no user, password or fragment. Any other URL is a 422 `UNSAFE_URL`. The
         *     address is checked again at each attempt.
         * @example https://hooks.example.com/longrun
         */
        WebhookUrl: string;
        /**
         * @description `processing`: RUNNING, WAITING or CANCELLING. `completed`: COMPLETED or COMPLETED_WITH_ERRORS. The others are the statuses of the API in lower case.
         * @enum {string}
         */
        Status: "pending" | "processing" | "completed" | "failed" | "cancelled";
        /** @description An operation. */
        Operation: {
            id: components["schemas"]["OperationId"];
            status: components["schemas"]["Status"];
            /**
             * Format: double
             * @description Percentage of the operation.
             */
            progress: number;
            estimated_completion?: components["schemas"]["Timestamp"];
            result?: components["schemas"]["Result"];
            error?: components["schemas"]["ErrorBody"];
            created_at: components["schemas"]["Timestamp"];
            started_at?: components["schemas"]["Timestamp"];
            completed_at?: components["schemas"]["Timestamp"];
            failed_at?: components["schemas"]["Timestamp"];
            cancelled_at?: components["schemas"]["Timestamp"];
            updated_at: components["schemas"]["Timestamp"];
        };
        /**
         * @description The file of a completed operation. Absent for operations without a file. The URL has no host unless the service knows its public address; resolve it against
         *     the URL of the request.
         */
        Result: {
            reportUrl: components["schemas"]["DownloadUrl"];
            fileSize?: components["schemas"]["Size"];
            /** @description When the file is deleted. */
            expiresAt?: components["schemas"]["Timestamp"];
        };
        /** @description An error. */
        ErrorBody: {
            /**
             * Format: uri-reference
             * @description The URL of a page about errors of this kind.
             */
            type: string;
            /** @description The cause of the error, and what to do. */
            message: string;
            /** @description The code of the error, for programs. */
            code: string;
            errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The body of every error response. */
        ErrorResponse: {
            error: components["schemas"]["ErrorBody"];
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
                 *       "error": {
                 *         "type": "/problems/INVALID_REQUEST",
                 *         "message": "The query parameter lang is not known.",
                 *         "code": "INVALID_REQUEST"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/UNAUTHENTICATED",
                 *         "message": "Send an API key or a token.",
                 *         "code": "UNAUTHENTICATED"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/INSUFFICIENT_SCOPE",
                 *         "message": "This request needs the scope operations:read.",
                 *         "code": "INSUFFICIENT_SCOPE"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/OPERATION_NOT_FOUND",
                 *         "message": "There is no such operation, or it is not yours.",
                 *         "code": "OPERATION_NOT_FOUND"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/REQUEST_TIMEOUT",
                 *         "message": "No byte of the body arrived for 30 seconds. Send the request again.",
                 *         "code": "REQUEST_TIMEOUT"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation has ended, and its status is final. */
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
                 *       "error": {
                 *         "type": "/problems/CANNOT_CANCEL",
                 *         "message": "The operation is COMPLETED, and that is final.",
                 *         "code": "CANNOT_CANCEL"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/STORAGE_FULL",
                 *         "message": "You may have 107,374,182,400 bytes stored, and none are left. Purge operations, or wait until some expire.",
                 *         "code": "STORAGE_FULL"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/OPERATION_EXPIRED",
                 *         "message": "The operation expired or was purged. Its record, result and files are deleted.",
                 *         "code": "OPERATION_EXPIRED"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/CONTENT_TOO_LARGE",
                 *         "message": "The JSON body of this request may have 65,536 bytes.",
                 *         "code": "CONTENT_TOO_LARGE"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/UNSUPPORTED_MEDIA_TYPE",
                 *         "message": "Send application/json, in UTF-8.",
                 *         "code": "UNSUPPORTED_MEDIA_TYPE"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/INVALID_INPUT",
                 *         "message": "format: must be one of CSV, PDF, JSON.",
                 *         "code": "INVALID_INPUT"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/RATE_LIMITED",
                 *         "message": "This credential may send 1000 submits in 60 seconds. Retry after the seconds in Retry-After.",
                 *         "code": "RATE_LIMITED"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/INTERNAL_ERROR",
                 *         "message": "An unexpected error occurred in the service. Report the request id.",
                 *         "code": "INTERNAL_ERROR"
                 *       }
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
                 *       "error": {
                 *         "type": "/problems/UNAVAILABLE",
                 *         "message": "The service cannot reach its database or its storage. Retry after the seconds in Retry-After.",
                 *         "code": "UNAVAILABLE"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description The `id` of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
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
         * @example /compat/tasks/reports/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
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
    tasksGenerateReport: {
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
                "application/json": components["schemas"]["ReportRequest"];
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
                    /**
                     * @example {
                     *       "id": "op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21",
                     *       "status": "pending",
                     *       "progress": 0,
                     *       "created_at": "2026-11-21T09:00:00.000Z",
                     *       "updated_at": "2026-11-21T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
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
    tasksGetOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
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
    tasksCancelOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the operation. A malformed id, an unknown id, an id of another owner or of an operation that was deleted is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                operationId: components["parameters"]["OperationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation is cancelled, or will be when its work has stopped. */
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
            409: components["responses"]["CannotCancel"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
