// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/operations/{operationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a status monitor
         * @description Returns the operation as a status monitor. Poll it after the seconds in `Retry-After` until `status` is `Succeeded`, `Failed` or `Canceled`. `result` is the
         *     result of the operation, as in the API.
         */
        get: operations["azureGetOperation"];
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
         * @description `NotStarted`: PENDING. `Running`: RUNNING, WAITING or CANCELLING. `Succeeded`: COMPLETED or COMPLETED_WITH_ERRORS, whose `result` has `warnings`.
         *     `Failed`: FAILED. `Canceled`: CANCELLED.
         * @enum {string}
         */
        Status: "NotStarted" | "Running" | "Succeeded" | "Failed" | "Canceled";
        /** @description An operation. */
        StatusMonitor: {
            id: components["schemas"]["OperationId"];
            /** @description The operation type. It determines the schema of `result`. */
            kind: string;
            status: components["schemas"]["Status"];
            createdDateTime: components["schemas"]["Timestamp"];
            lastActionDateTime: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description Percentage of the operation.
             */
            percentComplete: number;
            error?: components["schemas"]["Error"];
            /** @description The result of the operation. Present only if `Succeeded`. */
            result?: {
                [key: string]: unknown;
            };
        };
        /** @description An error. */
        Error: {
            /** @description The code of the problem, for programs. */
            code: string;
            /** @description The cause of the error, and what to do. */
            message: string;
            /** @description The violations in the request, and the earlier error that led to this one. */
            details?: components["schemas"]["ErrorDetail"][];
        };
        /** @description A part of an error. */
        ErrorDetail: {
            /** @description The code of the problem. */
            code: string;
            /** @description What is wrong, and what the value must be. */
            message: string;
            /** @description JSON Pointer into the body of the request, or the name of a parameter. */
            target?: string;
        };
        /** @description The body of every error response. */
        ErrorResponse: {
            error: components["schemas"]["Error"];
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
    };
    responses: {
        /** @description The query or a header is malformed. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "INVALID_REQUEST",
                 *         "message": "The query parameter lang is not known."
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
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "UNAUTHENTICATED",
                 *         "message": "Send an API key or a token."
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
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "INSUFFICIENT_SCOPE",
                 *         "message": "This request needs the scope operations:read."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation does not exist or belongs to another owner. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "OPERATION_NOT_FOUND",
                 *         "message": "There is no such operation, or it is not yours."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation expired or was purged. */
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "OPERATION_EXPIRED",
                 *         "message": "The operation expired or was purged. Its record, result and files are deleted."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A rate limit was reached. Nothing was done. */
        TooManyRequests: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfterRefused"];
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "RATE_LIMITED",
                 *         "message": "This credential may send 6000 reads in 60 seconds. Retry after the seconds in Retry-After."
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
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "INTERNAL_ERROR",
                 *         "message": "An unexpected error occurred in the service. Report the request id."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The service cannot reach its database, is starting or stopping, or could not process the request in time. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                "Retry-After": components["headers"]["RetryAfter"];
                "x-ms-error-code": components["headers"]["ErrorCode"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "UNAVAILABLE",
                 *         "message": "The service cannot reach its database or its storage. Retry after the seconds in Retry-After."
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description Azure SDKs add their version to every request. It has no effect.
         * @example 2024-06-01
         */
        ApiVersion: string;
        /**
         * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationIdParameter: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The `code` of the error.
         * @example OPERATION_NOT_FOUND
         */
        ErrorCode: string;
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
         * @description Seconds to wait before the next request. Absent when the operation is done. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfterWhileActive: number;
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
         * @description Seconds to wait before the next request. RFC 9110 §10.2.3.
         * @example 1
         */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    azureGetOperation: {
        parameters: {
            query?: {
                /**
                 * @description Azure SDKs add their version to every request. It has no effect.
                 * @example 2024-06-01
                 */
                "api-version"?: components["parameters"]["ApiVersion"];
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
            /** @description The status monitor. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfterWhileActive"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusMonitor"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
