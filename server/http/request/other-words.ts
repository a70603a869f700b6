/**
 * Names that other services and earlier drafts of this one use for what a request may have here. Of the names on the left, the first that the
 * request may have is meant. All words are compared without case, separators and a plural `s`.
 */
export const otherWords: readonly (readonly [names: string, words: string])[] = [
  [
    'Idempotency-Key',
    'idempotency idempotencyToken clientToken clientRequestToken clientRequestId dedupKey deduplicationKey deduplicationId xIdempotencyKey',
  ],
  ['Prefer', 'wait waitSeconds waitTime waitTimeout waitFor timeout timeoutSeconds longPoll blocking sync async'],
  ['Last-Event-ID', 'lastId lastEvent'],
  ['Authorization', 'apiKey key xApiKey apiToken token accessToken bearer bearerToken auth jwt'],
  ['X-Request-Id', 'requestId correlationId traceId xCorrelationId'],
  [
    'webhook.url url',
    'callback callbackUrl callbackUri callbackEndpoint webhook webhookUrl webhookUri webhookEndpoint hook hookUrl notifyUrl notificationUrl notificationEndpoint postbackUrl statusCallback statusCallbackUrl targetUrl endpoint endpointUrl uri',
  ],
  ['webhook.events events', 'eventType webhookEvent enabledEvent callbackEvent topic subscription'],
  ['webhook.secret secret', 'webhookSecret signingSecret signatureSecret callbackSecret hmacSecret newSecret'],
  [
    'pageSize',
    'limit perPage size count maxResult maxPageSize pageLimit maxItem top first take max batchSize row itemsPerPage resultsPerPage',
  ],
  [
    'pageToken after',
    'page pageNumber pageNo pageNum pageIndex offset skip start startIndex cursor pageCursor nextCursor nextToken nextPage nextPageToken continuationToken marker bookmark startingAfter after afterId sinceId fromSequence sequence',
  ],
  [
    'startAfter',
    'startAt startTime startOn start scheduledAt scheduleAt scheduledFor scheduledTime schedule runAt runAfter executeAt notBefore delay delayUntil delaySecond availableAt eta',
  ],
  [
    'concurrencyKey',
    'concurrency concurrencyGroup mutex mutexKey lock lockKey lockName groupId messageGroupId orderingKey partitionKey singletonKey serialKey queueName',
  ],
  [
    'dateRange.fromDate fromDate createdAfter filter.createdAfter after',
    'from fromDate startDate start dateFrom begin beginDate since startTime periodStart fromTime minDate createdFrom createdSince createdGte gte orderDateFrom',
  ],
  [
    'dateRange.toDate toDate createdBefore filter.createdBefore',
    'to toDate endDate end dateTo until untilDate endTime before periodEnd toTime maxDate createdTo createdUntil createdLte lte orderDateTo',
  ],
  [
    'dependsOn',
    'dependency dependsOnId dependsOnOperation requires need prerequisite parent parentId parentOperation predecessor previousOperation',
  ],
  ['intervalSeconds', 'interval every everySecond period repeatEvery repeat frequency rate'],
  ['cron', 'cronExpression crontab expression cronSchedule rrule recurrence'],
  ['timeZone', 'tz timezoneId zone'],
  ['dependencyPolicy', 'onDependencyFailure dependencyFailure failurePolicy onFailure'],
  ['dateRange', 'period range date interval timeRange timeframe dateFilter'],
  ['format', 'reportFormat fileFormat outputFormat exportFormat output fileType mediaType contentType mimeType'],
  ['reportType type filter.type', 'type report reportName kind operationType jobType taskType job task operation'],
  ['status filter.status', 'state operationStatus operationState jobStatus jobState'],
  ['problemCode filter.problemCode', 'problem code errorCode error failureCode problemType errorType'],
  ['label labels filter.label', 'label tag metadata meta annotation attribute labelSelector userData customData'],
  ['filters filter', 'filter where query criteria condition search q selector'],
  ['validateOnly', 'dryRun validate validation preview testMode simulate checkOnly estimateOnly'],
  ['priority', 'importance urgency prio'],
  ['uploadId', 'file fileId fileUrl upload uploadUrl document source'],
  ['operationIds', 'id operation operationId jobId taskId job'],
  ['reason', 'comment message note cause cancelReason cancellationReason description'],
  ['description', 'comment note name title label'],
  ['columns', 'column field select header attribute'],
  ['expand', 'include includes embed with expansion'],
  ['includeTotal', 'includeCount withTotal withCount total totalCount totalSize includeTotalCount includeTotalSize'],
  ['contact', 'email contactEmail customerEmail recipient phone'],
  ['carrierService', 'carrier shipping shippingMethod shippingService service deliveryMethod'],
  ['paymentMethod', 'payment paymentType card'],
  ['warehouse', 'warehouseId location depot'],
  ['expiresAt', 'expire expiry expiration expirationDate expiresIn expireAt validUntil ttl'],
  ['overlap', 'overlapSecond gracePeriod grace ttl'],
  ['scopes', 'permission role right'],
  ['name', 'keyName title displayName label'],
]
