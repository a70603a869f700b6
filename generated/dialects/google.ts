// Generated from spec/ by `npm run generate`. Do not edit.
export interface paths {
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List operations
         * @description Lists your operations, the newest first. `filter` takes `done=true`, `done=false` and `metadata.type="generateReport"`, joined by `AND`. Every other filter is an
         *     `INVALID_ARGUMENT`.
         */
        get: operations["googleListOperations"];
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
         * Get an operation
         * @description Returns the operation. Poll it after the seconds in `Retry-After` until `done` is true.
         */
        get: operations["googleGetOperation"];
        put?: never;
        post?: never;
        /**
         * Delete an operation
         * @description Deletes an operation that is done, with its result and files. It does not cancel: an operation that is not done is a `FAILED_PRECONDITION`.
         */
        delete: operations["googleDeleteOperation"];
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
         * @description Cancels the operation. It is done when its work has stopped and its finished steps are undone, and then has an `error` with the code 1 (`CANCELLED`). An
         *     operation that is done stays as it is, and the response is the same.
         */
        post: operations["googleCancelOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{operationId}:wait": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Wait for an operation
         * @description Returns the operation when it is done, or after `timeout`, at most and by default 60 seconds. It can return earlier, because each process delays at most 100
         *     requests of an owner.
         */
        post: operations["googleWaitOperation"];
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
         * @description JSON. No field is an enum.
         * @enum {string}
         */
        Format: "json" | "json;enum-encoding=int";
        /** @description google.longrunning.Operation */
        Operation: {
            /** @description `operations/` and the `operationId`. */
            name: string;
            /** @description The operation of the API without its outcome: `type`, `status`, `progress` and more. */
            metadata: components["schemas"]["StructAny"];
            /** @description Whether the operation is done. Then it has `response` or `error`. */
            done: boolean;
            /** @description The result of a completed operation. */
            response?: components["schemas"]["StructAny"];
            /** @description The error of a failed or cancelled operation. */
            error?: components["schemas"]["Status"];
        };
        /** @description google.protobuf.Any with a google.protobuf.Struct. */
        StructAny: {
            /**
             * @description The type of `value`.
             * @enum {string}
             */
            "@type": "type.googleapis.com/google.protobuf.Struct";
            /** @description The fields. */
            value: {
                [key: string]: unknown;
            };
        };
        /** @description google.rpc.Status */
        Status: {
            /**
             * Format: int32
             * @description google.rpc.Code
             */
            code: number;
            /** @description The cause of the error, and what to do. */
            message: string;
            details: components["schemas"]["Details"];
        };
        /**
         * @description google.rpc.ErrorInfo, with the code of the problem as `reason`; google.rpc.BadRequest, if places in the request are wrong; google.rpc.RetryInfo, if the same
         *     request can succeed later. The error of a cancelled operation has none.
         */
        Details: ({
            /** @description The type of the detail. */
            "@type": string;
        } & {
            [key: string]: unknown;
        })[];
        /** @description google.longrunning.ListOperationsResponse */
        ListOperationsResponse: {
            /** @description The operations. */
            operations: components["schemas"]["Operation"][];
            /** @description The token of the next page. Absent on the last page. */
            nextPageToken?: string;
        };
        /** @description google.protobuf.Empty */
        Empty: Record<string, never>;
        /** @description The name of the operation, which the path has. Some clients repeat it. */
        Name: string;
        /**
         * @description google.protobuf.Duration, seconds with the suffix `s`.
         * @example 30s
         */
        Duration: string;
        /** @description google.longrunning.CancelOperationRequest */
        CancelOperationRequest: {
            name?: components["schemas"]["Name"];
        };
        /** @description google.longrunning.WaitOperationRequest */
        WaitOperationRequest: {
            name?: components["schemas"]["Name"];
            timeout?: components["schemas"]["Duration"];
        };
        /** @description The body of every error response. */
        ErrorResponse: {
            /** @description The error. */
            error: {
                /**
                 * Format: int32
                 * @description The HTTP status.
                 */
                code: number;
                /** @description The cause of the error, and what to do. */
                message: string;
                /** @description The name of the google.rpc.Code. */
                status: string;
                details: components["schemas"]["Details"];
            };
        };
    };
    responses: {
        /** @description The query or a header is malformed. */
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
                 *         "code": 400,
                 *         "message": "The query parameter lang is not known.",
                 *         "status": "INVALID_ARGUMENT",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "INVALID_REQUEST",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                 *         "code": 401,
                 *         "message": "Send an API key or a token.",
                 *         "status": "UNAUTHENTICATED",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "UNAUTHENTICATED",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                 *         "code": 403,
                 *         "message": "This request needs the scope operations:read.",
                 *         "status": "PERMISSION_DENIED",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "INSUFFICIENT_SCOPE",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": 404,
                 *         "message": "There is no such operation, or it is not yours.",
                 *         "status": "NOT_FOUND",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "OPERATION_NOT_FOUND",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body did not arrive in time. */
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
                 *         "code": 408,
                 *         "message": "The body did not arrive in time. Send it without pauses.",
                 *         "status": "DEADLINE_EXCEEDED",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "REQUEST_TIMEOUT",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation is not done. */
        Conflict: {
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
                 *         "code": 409,
                 *         "message": "The operation is RUNNING. Cancel the operation, or wait until it has ended.",
                 *         "status": "FAILED_PRECONDITION",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "CANNOT_PURGE",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation expired or was deleted. */
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
                 *         "code": 410,
                 *         "message": "The operation expired or was purged. Its record, result and files are deleted.",
                 *         "status": "NOT_FOUND",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "OPERATION_EXPIRED",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
                /**
                 * @example {
                 *       "error": {
                 *         "code": 413,
                 *         "message": "The JSON body of this request may have 65,536 bytes.",
                 *         "status": "INVALID_ARGUMENT",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "CONTENT_TOO_LARGE",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
                /**
                 * @example {
                 *       "error": {
                 *         "code": 415,
                 *         "message": "Send application/json, in UTF-8.",
                 *         "status": "INVALID_ARGUMENT",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "UNSUPPORTED_MEDIA_TYPE",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body is JSON, but its values are not valid. */
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
                 *         "code": 422,
                 *         "message": "timeout: must be a duration.",
                 *         "status": "INVALID_ARGUMENT",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "INVALID_INPUT",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": 429,
                 *         "message": "This credential may send 6000 reads in 60 seconds. Retry after the seconds in Retry-After.",
                 *         "status": "RESOURCE_EXHAUSTED",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "RATE_LIMITED",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                 *         "code": 500,
                 *         "message": "An unexpected error occurred in the service. Report the request id.",
                 *         "status": "INTERNAL",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "INTERNAL_ERROR",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
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
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": 503,
                 *         "message": "The service cannot reach its database or its storage. Retry after the seconds in Retry-After.",
                 *         "status": "UNAVAILABLE",
                 *         "details": [
                 *           {
                 *             "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                 *             "reason": "UNAVAILABLE",
                 *             "domain": "longrun",
                 *             "metadata": {}
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description The number of operations on the page. More than 1000 is 1000. 0 is the default, 50.
         * @example 100
         */
        PageSize: number;
        /**
         * @description `nextPageToken` of the previous page, with the same filter.
         * @example
         */
        PageToken: string;
        /**
         * @description Terms, joined by `AND`.
         * @example done=false AND metadata.type="generateReport"
         */
        Filter: string;
        /**
         * @description The format of the response, which is always JSON.
         * @example json
         */
        Alt: components["schemas"]["Format"];
        /**
         * @description The same as `alt`.
         * @example json;enum-encoding=int
         */
        DollarAlt: components["schemas"]["Format"];
        /**
         * @description Clients ask for a response without white space, which every response is. It has no effect.
         * @example 0
         */
        PrettyPrint: string;
        /**
         * @description The id of the operation. A malformed id, an unknown id or an id of another owner is a 404.
         * @example op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21
         */
        OperationIdParameter: string;
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
    googleListOperations: {
        parameters: {
            query?: {
                /**
                 * @description The number of operations on the page. More than 1000 is 1000. 0 is the default, 50.
                 * @example 100
                 */
                pageSize?: components["parameters"]["PageSize"];
                /**
                 * @description `nextPageToken` of the previous page, with the same filter.
                 * @example
                 */
                pageToken?: components["parameters"]["PageToken"];
                /**
                 * @description Terms, joined by `AND`.
                 * @example done=false AND metadata.type="generateReport"
                 */
                filter?: components["parameters"]["Filter"];
                /**
                 * @description The format of the response, which is always JSON.
                 * @example json
                 */
                alt?: components["parameters"]["Alt"];
                /**
                 * @description The same as `alt`.
                 * @example json;enum-encoding=int
                 */
                $alt?: components["parameters"]["DollarAlt"];
                /**
                 * @description Clients ask for a response without white space, which every response is. It has no effect.
                 * @example 0
                 */
                $prettyPrint?: components["parameters"]["PrettyPrint"];
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
                    "application/json": components["schemas"]["ListOperationsResponse"];
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
    googleGetOperation: {
        parameters: {
            query?: {
                /**
                 * @description The format of the response, which is always JSON.
                 * @example json
                 */
                alt?: components["parameters"]["Alt"];
                /**
                 * @description The same as `alt`.
                 * @example json;enum-encoding=int
                 */
                $alt?: components["parameters"]["DollarAlt"];
                /**
                 * @description Clients ask for a response without white space, which every response is. It has no effect.
                 * @example 0
                 */
                $prettyPrint?: components["parameters"]["PrettyPrint"];
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
            410: components["responses"]["Gone"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    googleDeleteOperation: {
        parameters: {
            query?: {
                /**
                 * @description The format of the response, which is always JSON.
                 * @example json
                 */
                alt?: components["parameters"]["Alt"];
                /**
                 * @description The same as `alt`.
                 * @example json;enum-encoding=int
                 */
                $alt?: components["parameters"]["DollarAlt"];
                /**
                 * @description Clients ask for a response without white space, which every response is. It has no effect.
                 * @example 0
                 */
                $prettyPrint?: components["parameters"]["PrettyPrint"];
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
            /** @description The operation is deleted. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["Empty"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    googleCancelOperation: {
        parameters: {
            query?: {
                /**
                 * @description The format of the response, which is always JSON.
                 * @example json
                 */
                alt?: components["parameters"]["Alt"];
                /**
                 * @description The same as `alt`.
                 * @example json;enum-encoding=int
                 */
                $alt?: components["parameters"]["DollarAlt"];
                /**
                 * @description Clients ask for a response without white space, which every response is. It has no effect.
                 * @example 0
                 */
                $prettyPrint?: components["parameters"]["PrettyPrint"];
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
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["CancelOperationRequest"];
            };
        };
        responses: {
            /** @description The operation is done, or being cancelled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["Empty"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    googleWaitOperation: {
        parameters: {
            query?: {
                /**
                 * @description The format of the response, which is always JSON.
                 * @example json
                 */
                alt?: components["parameters"]["Alt"];
                /**
                 * @description The same as `alt`.
                 * @example json;enum-encoding=int
                 */
                $alt?: components["parameters"]["DollarAlt"];
                /**
                 * @description Clients ask for a response without white space, which every response is. It has no effect.
                 * @example 0
                 */
                $prettyPrint?: components["parameters"]["PrettyPrint"];
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
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "timeout": "30s"
                 *     }
                 */
                "application/json": components["schemas"]["WaitOperationRequest"];
            };
        };
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
            408: components["responses"]["RequestTimeout"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
