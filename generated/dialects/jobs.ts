// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/generate-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit a report job
         * @description Starts an operation of type `generateReport`. Poll `Location` after the seconds in `Retry-After`. A message of the API is sent to `callbackUrl` when the job
         *     has ended.
         */
        post: operations["jobsGenerateReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/report-jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a job
         * @description Returns a job. Poll it after the seconds in `Retry-After` until `status` is `COMPLETED` or `FAILED`. A `jobId` is an operation id, so operations of every type
         *     can be read.
         */
        get: operations["jobsGetReportJob"];
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
        /** @description The type, date range and format of a report. */
        GenerateReportRequest: {
            reportType: components["schemas"]["ReportType"];
            dateRange: components["schemas"]["DateRange"];
            format: components["schemas"]["ReportFormat"];
            callbackUrl?: components["schemas"]["CallbackUrl"];
        };
        /**
         * @description A URL to which a message is sent when the job has ended: the webhook message of the API, for the final statuses. It begins with `https://` and has a host
         *     with public addresses only. Any other URL is a 422 `UNSAFE_URL`. Read the job when the message arrives.
         * @example https://hooks.example.com/jobs
         */
        CallbackUrl: string | null;
        /** @description A job. */
        ReportJob: {
            jobId: components["schemas"]["OperationId"];
            status: components["schemas"]["JobStatus"];
            /**
             * @description A signed link to the file of a completed job, which needs no credential until it expires. Null before the job is completed, and for jobs without a file.
             *     Resolve it against the URL of the request: it has no host unless the service knows its public address.
             */
            downloadUrl: string | null;
            /** @description The code of the error. Present only if `FAILED`. */
            errorCode?: string;
            /** @description The cause of the error. Present only if `FAILED`. */
            errorMessage?: string;
        };
        /**
         * @description `RUNNING`: RUNNING, WAITING or CANCELLING. `COMPLETED`: COMPLETED or COMPLETED_WITH_ERRORS. `FAILED`: FAILED, or CANCELLED with the `errorCode`
         *     `OPERATION_CANCELLED`.
         * @enum {string}
         */
        JobStatus: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED";
        /** @description The body of every error response. */
        ErrorResponse: {
            /** @description The code of the error, for programs. */
            errorCode: string;
            /** @description The cause of the error, and what to do. */
            errorMessage: string;
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
         * @description `op_` and a UUIDv7. Ids sort by creation time.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationId: string;
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
                 *       "errorCode": "INVALID_REQUEST",
                 *       "errorMessage": "The query parameter lang is not known."
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
                 *       "errorCode": "UNAUTHENTICATED",
                 *       "errorMessage": "Send an API key or a token."
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
                 *       "errorCode": "INSUFFICIENT_SCOPE",
                 *       "errorMessage": "This request needs the scope operations:read."
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The job does not exist, was deleted or belongs to another owner. */
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
                 *       "errorCode": "OPERATION_NOT_FOUND",
                 *       "errorMessage": "There is no such operation, or it is not yours."
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
                 *       "errorCode": "REQUEST_TIMEOUT",
                 *       "errorMessage": "No byte of the body arrived for 30 seconds. Send the request again."
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
                 *       "errorCode": "STORAGE_FULL",
                 *       "errorMessage": "You may have 107,374,182,400 bytes stored, and none are left. Purge operations, or wait until some expire."
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The `Idempotency-Key` was used for a request whose job was deleted. */
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
                 *       "errorCode": "OPERATION_EXPIRED",
                 *       "errorMessage": "The operation expired or was purged. Its record, result and files are deleted."
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
                 *       "errorCode": "CONTENT_TOO_LARGE",
                 *       "errorMessage": "The JSON body of this request may have 65,536 bytes."
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
                 *       "errorCode": "UNSUPPORTED_MEDIA_TYPE",
                 *       "errorMessage": "Send application/json, in UTF-8."
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
                 *       "errorCode": "INVALID_INPUT",
                 *       "errorMessage": "format: must be one of CSV, PDF, JSON."
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
                 *       "errorCode": "RATE_LIMITED",
                 *       "errorMessage": "This credential may send 1000 submits in 60 seconds. Retry after the seconds in Retry-After."
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
                 *       "errorCode": "INTERNAL_ERROR",
                 *       "errorMessage": "An unexpected error occurred in the service. Report the request id."
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
                 *       "errorCode": "UNAVAILABLE",
                 *       "errorMessage": "The service cannot reach its database or its storage. Retry after the seconds in Retry-After."
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
    };
    requestBodies: never;
    headers: {
        /**
         * @description The URL of the job.
         * @example /compat/jobs/report-jobs/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        JobLocation: string;
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
    jobsGenerateReport: {
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
                /**
                 * @example {
                 *       "reportType": "SALES_BY_COUNTRY",
                 *       "dateRange": {
                 *         "fromDate": "2017-04-01",
                 *         "toDate": "2017-06-30"
                 *       },
                 *       "format": "JSON",
                 *       "callbackUrl": "https://hooks.example.com/jobs"
                 *     }
                 */
                "application/json": components["schemas"]["GenerateReportRequest"];
            };
        };
        responses: {
            /** @description The job was accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["JobLocation"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "jobId": "op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21",
                     *       "status": "PENDING",
                     *       "downloadUrl": null
                     *     }
                     */
                    "application/json": components["schemas"]["ReportJob"];
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
    jobsGetReportJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the job. A malformed id, an unknown id, an id of another owner or of a job that was deleted is a 404.
                 * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
                 */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportJob"];
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
}
