import type { Edit } from './edits.ts'

/** The service with one guard removed, or with a prepared fault. The test of each fault must find the missing guard. */
export const mutants = [
  {
    // A handler's file is stored and returned without a row.
    name: 'files-unregistered',
    file: 'server/engine/executor/child/files.ts',
    from: '        await insertFile(tx,',
    to: '        if (!tx) await insertFile(tx,',
  },
  {
    // Bytes are stored before their key is recorded for removal.
    name: 'stores-unannounced',
    file: 'server/files/planned.ts',
    from: '  const late = new AbortController()\n',
    to: `  const late = new AbortController()
  if (storageKey.startsWith('operations/')) {
    const bytes = await files.write(storageKey, source, options)
    fault('stored')
    return db.transaction((tx) => register(tx, bytes))
  }
`,
  },
  {
    // The parts of a writer that died stay in the bucket.
    name: 'keeps-uploads',
    file: 'server/files/s3-store.ts',
    from: '    await abortUploads(object)\n',
    to: '',
  },
  {
    // A refused late write is not logged.
    name: 'refuses-silently',
    file: 'server/telemetry/events.ts',
    from: "  log.info({ event: 'attempt.refused', ",
    to: "  log.debug({ event: 'attempt.refused', ",
  },
  {
    // Maintenance writes what it has read, without the guard on the attempt number.
    name: 'stale-sweep',
    file: 'server/engine/maintenance.ts',
    from: '  // At the same time, so that they are written in batches.\n',
    to: `  const { sql } = await import('drizzle-orm')
  for (const { operationId } of rows) {
    await engine.db.execute(sql\`update operations set status = 'PENDING', worker_id = null, turn_at = now(), due_at = null,
      started_at = null, finished_at = null, expires_at = null, result = null where operation_id = \${operationId}::uuid\`)
  }
`,
  },
  {
    // The key is checked first and stored after the operation: three statements instead of one.
    name: 'select-then-insert',
    file: 'server/database/operations/create.ts',
    from: '  const rows = await insert(db).execute({ given })',
    to: `  const fresh = []
  for (const one of oneByKey(submissions)) {
    if (!(await findByKey(db, { ownerId: one.ownerId, key: one.idempotency.key }))) fresh.push(one)
  }
  const keyless = fresh.map((one) => ({ ...one, idempotency: undefined }))
  const rows = await insert(db).execute({ given: givenText(keyless, columns) })
  fault('submit-committed')
  for (const { ownerId, operationId, idempotency: { key, fingerprint } } of fresh) {
    await db.execute(sql\`insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
      values (\${ownerId}, \${key}, \${fingerprint}, \${operationId}::uuid, now() + interval '1 day') on conflict do nothing\`)
  }`,
  },
  {
    // A commit is acknowledged before it is on disk.
    name: 'acknowledges-early',
    file: 'server/database/connection.ts',
    from: '  const session = {\n',
    to: "  const session = {\n    synchronous_commit: 'off',\n",
  },
  {
    // Only the kernel detects dead connections.
    name: 'waits-for-ever',
    file: 'server/database/sockets.ts',
    from: '    closeWhenSilent(socket, ',
    to: '    if (silentMs < 0) closeWhenSilent(socket, ',
  },
  {
    // Not a guard: the fault itself.
    name: 'notifications-dropped',
    file: 'server/notifications/postgres.ts',
    from: '    if (closed || !client) return',
    to: '    if (kind) return',
  },
  {
    // A stream resumes with new events only and skips what its reader has missed.
    name: 'resumes-at-now',
    file: 'server/http/resources/operation-stream.ts',
    from: 'after: after ?? 0 }',
    to: 'after: row.lastSequence }',
  },
  {
    name: 'polls-rarely',
    file: 'server/engine/worker.ts',
    from: 'pollMs = 1000',
    to: 'pollMs = 60_000',
  },
  {
    // SIGTERM ends the process at once.
    name: 'stops-at-once',
    file: 'server/main.ts',
    from: '  stopping = true\n',
    to: '  process.exit(0)\n',
  },
  {
    // A release is charged as a failure.
    name: 'charges-release',
    file: 'server/database/operations/transition-values.ts',
    from: 'release: { fields: requeueFields, set: requeue }',
    to: 'release: { fields: requeueFields, set: [...requeue, sql`failures = failures + 1`] }',
  },
  {
    // An operation waits although an answer has arrived since it began to.
    name: 'waits-blindly',
    file: 'server/database/operations/transition-values.ts',
    from: 'operations.completed_waits = item."completedWaits"',
    to: 'true',
  },
  {
    // A result is accepted after an acknowledged cancel.
    name: 'completes-cancelled',
    file: 'server/domain/state-machine.ts',
    from: "finish: { from: ['RUNNING'], to: 'COMPLETED' }",
    to: "finish: { from: ['RUNNING', 'CANCELLING'], to: 'COMPLETED' }",
  },
  {
    // A submit gives its turn to every operation, also to one whose key is in use.
    name: 'ignores-keys',
    file: 'server/database/operations/create.ts',
    from: 'case when "concurrencyKey" is null then',
    to: 'case when true then',
  },
  {
    // The rows of due schedules are not locked, so several workers handle one due time.
    name: 'fires-unlocked',
    file: 'server/engine/schedules/fire.ts',
    from: 'await lockDueSchedules(tx, pick)',
    to: 'await lockDueSchedules(engine.db, pick)',
  },
  {
    // With the previous one: a run that exists does not keep its operation from being submitted.
    name: 'ignores-runs',
    file: 'server/engine/schedules/fire.ts',
    from: '(await insertRuns(tx, runs)).map(',
    to: '(await insertRuns(tx, runs), runs).map(',
  },
  {
    // With `fires-unlocked`: due times are moved on in a transaction of their own, before their operations are inserted.
    name: 'advances-first',
    file: 'server/engine/schedules/fire.ts',
    from: '  const { runs, operations } = await started(tx, decisions, admission)\n',
    to: `  const { runs, operations } = await started(tx, decisions, admission)
  await continueSchedules(engine.db, decisions.map(({ schedule: { scheduleId }, continuation }) => ({ scheduleId, runs: 0, ...continuation })))
`,
  },
  {
    // A function of the database: two statements that release one key count at the same time.
    name: 'releases-unlocked',
    file: 'server/database/functions/release_keys.sql',
    from: '\tPERFORM pg_advisory_xact_lock(number) FROM (',
    to: '\tPERFORM number FROM (',
  },
  {
    // A function of the database: two transactions that end the last two operations of a batch do not see each other.
    name: 'ends-unlocked',
    file: 'server/database/functions/end_batches.sql',
    from: ' ORDER BY batch_id FOR UPDATE',
    to: ' ORDER BY batch_id',
  },
  {
    name: 'claims-every-type',
    file: 'server/database/operations/claim.ts',
    from: 'array(select jsonb_object_keys(',
    to: 'array(select type from operations union select jsonb_object_keys(',
  },
  {
    // A migration waits for its lock without a limit, and all other statements wait behind it.
    name: 'waits-for-tables',
    file: 'server/database/migrate.ts',
    from: 'set lock_timeout = ',
    to: 'set application_name = ',
  },
  {
    // A submit is acknowledged even if its insert fails.
    name: 'accepts-anyway',
    file: 'server/http/resources/submit.ts',
    from: '  const outcome = await tracedSend(startSend, { type }, (traceContext) =>\n    create(',
    to: `const fresh = { status: 'PENDING', startAfter: null, attempt: 0, failures: 0, createdAt: new Date(), updatedAt: new Date(), labels: {} }
  const insert = (row) => create(row).catch(() => ({ kind: 'created', operation: { ...fresh, ...row } }))
  const outcome = await tracedSend(startSend, { type }, (traceContext) =>
    insert(`,
  },
  {
    // A worker that has lost its lease can still write.
    name: 'no-attempt-guard',
    file: 'server/database/operations/transition.ts',
    from: ' and operations.attempt = item.attempt',
    to: '',
  },
  {
    // Not a guard: a shorter run time for one type.
    name: 'short-run-times',
    file: 'server/engine/rules.ts',
    from: 'specRules: Rules = operationTypes',
    to: `specRules: Rules = Object.fromEntries(Object.entries(operationTypes).map(([type, rule]) => {
  const short = { ...rule, timeoutSeconds: Number(process.env.FAULTS_RUN_SECONDS) }
  return [type, type === process.env.FAULTS_RUN_TYPE ? short : rule]
}))`,
  },
  {
    // Not a guard: the service with the reports of handlers.ts.
    name: 'labelled-reports',
    file: 'server/app/worker.ts',
    from: "handlers = entryPoint('handlers')",
    to: "handlers = new URL('faults-handlers.js', import.meta.url)",
  },
  {
    // Not a guard: all operations share one executor, on any machine.
    name: 'one-executor',
    file: 'server/database/pool-sizes.ts',
    from: 'count = Math.max(1, Math.min(executors, Math.floor(left / 2)))',
    to: 'count = 1',
  },
  {
    // Not a guard: the fault itself. SIGUSR2 blocks the main thread for FAULTS_BLOCK_MS.
    name: 'blocks-on-signal',
    file: 'server/main.ts',
    from: "process.on('SIGTERM', () => stop(0))\n",
    to: `process.on('SIGTERM', () => stop(0))
process.on('SIGUSR2', () => {
  const untilMs = performance.now() + Number(process.env.FAULTS_BLOCK_MS)
  while (performance.now() < untilMs);
  process.stdout.write('unblocked\\n')
})
`,
  },
  {
    // A lease is renewed only while the main thread's event loop runs.
    name: 'lease-needs-event-loop',
    file: 'server/engine/lease/protocol.ts',
    from: 'Math.max(30_000, 2 * leaseMs)',
    to: 'leaseMs / 3',
  },
  {
    // Not a guard: a shorter limit for a blocked main thread.
    name: 'short-blocks',
    file: 'server/engine/lease/protocol.ts',
    from: 'Math.max(30_000, 2 * leaseMs)',
    to: '2 * leaseMs',
  },
  {
    // The time in which the worker was blocked counts as silence of its executors.
    name: 'blames-executors',
    file: 'server/engine/executor/pool.ts',
    from: 'Math.min(nowMs - watchedMs, 2 * pingMs)',
    to: 'nowMs - watchedMs',
  },
  {
    name: 'memory-unlimited',
    file: 'server/engine/executor/pool.ts',
    from: 'rssBytes > rssLimitBytes',
    to: 'rssBytes > Infinity',
  },
  {
    // An executor exit is charged to every operation in it.
    name: 'charges-bystanders',
    file: 'server/engine/executor/pool.ts',
    from: 'const alone = attempts.size === 1 && !abandoned',
    to: 'const alone = true',
  },
  {
    // A blocked executor is not killed.
    name: 'waits-for-the-blocked',
    file: 'server/engine/executor/pool.ts',
    from: '> silentMs) {',
    to: '> Infinity) {',
  },
  {
    // The deadline only interrupts the handler, and TIMEOUT is not written.
    name: 'deadline-interrupts-only',
    file: 'server/engine/attempt/attempt.ts',
    from: "setTimeout(() => this.interrupt('deadline'), ",
    to: "setTimeout(() => this.executor.send({ type: 'interrupt', key: this.order.key, kind: 'deadline' }), ",
  },
  {
    // With the previous one: maintenance does not enforce deadlines either.
    name: 'sweeps-no-deadline',
    file: 'server/engine/maintenance.ts',
    from: '  await endOverdue(engine, actor)\n',
    to: '',
  },
  {
    // An outage of the database is charged as a failure.
    name: 'charges-outages',
    file: 'server/engine/attempt/outcome.ts',
    from: 'if (isOutage(error) && ',
    to: 'if (Number.isNaN(outages) && isOutage(error) && ',
  },
  {
    // A vendor gets another key in each attempt.
    name: 'attempt-in-key',
    file: 'server/engine/executor/child/steps.ts',
    from: `\${order.operationId}:\${name}\``,
    to: `\${order.operationId}:\${name}:\${order.attempt}\``,
  },
  {
    // A started step without a result is not undone.
    name: 'forgets-the-begun',
    file: 'server/engine/executor/child/steps.ts',
    from: "    show(name, 'COMPENSATING')\n",
    to: "    if (state === 'STARTED') return true\n    show(name, 'COMPENSATING')\n",
  },
  {
    name: 'undoes-oldest-first',
    file: 'server/engine/executor/child/steps.ts',
    from: 'of pending.reverse()',
    to: 'of pending',
  },
  {
    // Not a guard: a delivery runs its steps at the same time.
    name: 'delivers-in-parallel',
    file: 'server/handlers/deliver-order.ts',
    from: `    await context.step('reserveStock')
    await context.step('chargePayment')
    const { trackingNumber } = await context.step('bookCarrier')
    await context.step('confirmDelivery')
`,
    to: `    const [, , { trackingNumber }] = await context.parallel([
      'reserveStock', 'chargePayment', 'bookCarrier', 'confirmDelivery',
    ])
`,
  },
  {
    // A step gets its position when it ends.
    name: 'positions-at-the-end',
    file: 'server/engine/executor/child/steps.ts',
    from: "    known.set(name, { ...record, state: 'DONE', result, durationMs })\n",
    to: "    known.set(name, { ...record, position: nextPosition(), state: 'DONE', result, durationMs })\n",
  },
  {
    // A step whose result is stored runs again in the next attempt.
    name: 'repeats-done-steps',
    file: 'server/engine/executor/child/steps.ts',
    from: "    if (before?.state === 'DONE') return before.result\n",
    to: '',
  },
  {
    name: 'announces-nothing',
    file: 'server/database/operations/transition.ts',
    from: '  if (from.every((status) => status === to)) return []\n',
    to: '  if (from.length > 0) return []\n',
  },
  {
    // With the previous one: deliveries are inserted after the commit of their event.
    name: 'announces-later',
    file: 'server/database/operations/transition.ts',
    from: '  return query[name](db).execute({ items: JSON.stringify(items) })\n',
    to: `  const rows = await query[name](db).execute({ items: JSON.stringify(items) })
  const ids = '{' + rows.map((row) => row.operationId).join() + '}'
  const values = { sequence: sql\`last_sequence\`, at: sql\`updated_at\` }
  setTimeout(() => db.execute(sql\`with changed as (select * from operations where operation_id = any(\${ids}::uuid[]))
    \${insertDeliveries({ from: 'changed', event: transitions[name].to, ...values })}\`), 20)
  return rows
`,
  },
] as const satisfies Edit[]

export type Mutant = (typeof mutants)[number]['name']
