import type { Edit } from './edits.ts'

/** The product with one guard taken away. Each must be caught by the fault that it is for. */
export const mutants = [
  {
    // A handler's file is stored and handed out, and no row tells of it.
    name: 'files-unregistered',
    file: 'server/engine/executor/files.ts',
    from: '        await insertFile(tx,',
    to: '        if (!tx) await insertFile(tx,',
  },
  {
    // Bytes are stored before anybody is told that they may have to be removed.
    name: 'stores-unannounced',
    file: 'server/files/announced.ts',
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
    // A late write is refused, and nobody hears of it.
    name: 'refuses-silently',
    file: 'server/telemetry/events.ts',
    from: "  log.info({ event: 'attempt.refused', ",
    to: "  log.debug({ event: 'attempt.refused', ",
  },
  {
    // A sweep that writes what it has read a while ago, whatever became of it meanwhile.
    name: 'stale-sweep',
    file: 'server/engine/maintenance.ts',
    from: '  // Together, so that they are written in batches.\n',
    to: `  const { sql } = await import('drizzle-orm')
  for (const { operationId } of rows) {
    await engine.db.execute(sql\`update operations set status = 'PENDING', worker_id = null, turn_at = now(), due_at = null,
      started_at = null, finished_at = null, expires_at = null, result = null where operation_id = \${operationId}::uuid\`)
  }
`,
  },
  {
    // The key is looked for first, and kept after the operation: three statements where the product has one.
    name: 'select-then-insert',
    file: 'server/database/submissions.ts',
    from: '  const rows = await insert(db).execute({ given })',
    to: `  const fresh = []
  for (const one of oneByKey(submissions)) {
    if (!(await findByKey(db, { ownerId: one.ownerId, key: one.idempotency.key }))) fresh.push(one)
  }
  const keyless = fresh.map((one) => ({ ...recordOf(one), key: undefined }))
  const rows = await insert(db).execute({ given: JSON.stringify(keyless) })
  fault('submit-committed')
  for (const { ownerId, operationId, idempotency: { key, fingerprint } } of fresh) {
    await db.execute(sql\`insert into idempotency_keys (owner_id, key, fingerprint, operation_id, expires_at)
      values (\${ownerId}, \${key}, \${fingerprint}, \${operationId}::uuid, now() + interval '1 day') on conflict do nothing\`)
  }`,
  },
  {
    // A commit is answered before it is on disk.
    name: 'acknowledges-early',
    file: 'server/database/connect.ts',
    from: '      application_name: applicationName,\n      statement_timeout',
    to: "      application_name: applicationName,\n      synchronous_commit: 'off',\n      statement_timeout",
  },
  {
    // The kernel alone decides that a connection is dead.
    name: 'waits-for-ever',
    file: 'server/database/sockets.ts',
    from: '    closeWhenSilent(socket, ',
    to: '    if (silentMs < 0) closeWhenSilent(socket, ',
  },
  {
    // Not a guard: the fault itself.
    name: 'hints-dropped',
    file: 'server/database/hints.ts',
    from: '      if (closed || !client || pending[kind].size > mostPending) return',
    to: '      if (kind) return',
  },
  {
    // A stream goes on with what happens from now on, whatever its reader has missed.
    name: 'resumes-at-now',
    file: 'server/http/operation-stream.ts',
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
    // SIGTERM ends the process as it ends one that knows nothing of it.
    name: 'stops-at-once',
    file: 'server/main.ts',
    from: '  stopping = true\n',
    to: '  process.exit(0)\n',
  },
  {
    // An operation that goes back into the queue has failed once.
    name: 'charges-release',
    file: 'server/database/step-values.ts',
    from: `release: { fields: '"queueSeconds" float8, "delayMs" float8', set: requeueing }`,
    to: `release: { fields: '"queueSeconds" float8, "delayMs" float8', set: [...requeueing, sql\`failures = failures + 1\`] }`,
  },
  {
    // A result counts although a cancel was acknowledged before it.
    name: 'completes-cancelled',
    file: 'server/lifecycle/states.ts',
    from: "finish: { from: ['RUNNING'], to: 'COMPLETED' }",
    to: "finish: { from: ['RUNNING', 'CANCELLING'], to: 'COMPLETED' }",
  },
  {
    name: 'claims-every-type',
    file: 'server/database/claims.ts',
    from: 'array(select jsonb_object_keys(',
    to: 'array(select type from operations union select jsonb_object_keys(',
  },
  {
    // A migration queues for its lock, and everybody else behind it.
    name: 'waits-for-tables',
    file: 'server/database/migrate.ts',
    from: 'set lock_timeout = ',
    to: 'set application_name = ',
  },
  {
    // A submit is acknowledged whatever became of its row.
    name: 'accepts-anyway',
    file: 'server/http/submissions.ts',
    from: 'const outcome = await submit({',
    to: `const fresh = { status: 'PENDING', startAfter: null, attempt: 0, failures: 0, createdAt: new Date(), updatedAt: new Date(), labels: {} }
  const insert = (row) => submit(row).catch(() => ({ kind: 'created', operation: { ...fresh, ...row } }))
  const outcome = await insert({`,
  },
  {
    // A worker that has lost its lease writes all the same.
    name: 'no-attempt-guard',
    file: 'server/database/transitions.ts',
    from: ' and operations.attempt = item.attempt',
    to: '',
  },
  {
    // Not a guard: less time for one type to take.
    name: 'short-run-times',
    file: 'server/engine/rules.ts',
    from: 'specRules: Rules = operationTypes',
    to: `specRules: Rules = Object.fromEntries(Object.entries(operationTypes).map(([type, rule]) => {
  const short = { ...rule, timeoutSeconds: Number(process.env.FAULTS_RUN_SECONDS) }
  return [type, type === process.env.FAULTS_RUN_TYPE ? short : rule]
}))`,
  },
  {
    // Not a guard: the shipped service, with reports that do what their label says.
    name: 'labelled-reports',
    file: 'server/worker-role.ts',
    from: "new URL('handlers/registry.ts', import.meta.url)",
    to: "new URL('../test/faults/handlers.ts', import.meta.url)",
  },
  {
    // Not a guard: whatever the machine, everything shares one process.
    name: 'one-executor',
    file: 'server/engine/options.ts',
    from: 'count = Math.min(availableParallelism(), concurrency)',
    to: 'count = 1',
  },
  {
    name: 'memory-unlimited',
    file: 'server/engine/executors.ts',
    from: 'rssBytes > rssLimitBytes',
    to: 'rssBytes > Infinity',
  },
  {
    // Whoever was in a process that died pays for it.
    name: 'charges-bystanders',
    file: 'server/engine/executors.ts',
    from: 'const alone = attempts.size === 1 && !abandoned',
    to: 'const alone = true',
  },
  {
    // A process whose event loop is blocked keeps those that share it.
    name: 'waits-for-the-blocked',
    file: 'server/engine/executors.ts',
    from: '> silentMs) {',
    to: '> Infinity) {',
  },
  {
    // A run time is the handler's to keep: it is told, and nobody else.
    name: 'deadline-told-only',
    file: 'server/engine/attempt.ts',
    from: ": setTimeout(() => interrupt('deadline'), ",
    to: ": setTimeout(() => executor.send({ say: 'interrupt', key, kind: 'deadline' }), ",
  },
  {
    // With the one before: nor does a sweep.
    name: 'sweeps-no-deadline',
    file: 'server/engine/maintenance.ts',
    from: '  await endOverdue(engine, actor)\n',
    to: '',
  },
  {
    // An attempt that failed because the database was away has failed.
    name: 'charges-outages',
    file: 'server/engine/verdict.ts',
    from: "if (outcome.error.kind === 'away' && ",
    to: 'if (Number.isNaN(outages) && ',
  },
  {
    // A vendor sees another request at each attempt.
    name: 'attempt-in-key',
    file: 'server/engine/executor/steps.ts',
    from: `\${order.operationId}:\${name}\``,
    to: `\${order.operationId}:\${name}:\${order.attempt}\``,
  },
  {
    // What was begun and not kept counts as never done.
    name: 'forgets-the-begun',
    file: 'server/engine/executor/steps.ts',
    from: "    show(name, 'COMPENSATING')\n",
    to: "    if (state === 'STARTED') return true\n    show(name, 'COMPENSATING')\n",
  },
  {
    name: 'undoes-oldest-first',
    file: 'server/engine/executor/steps.ts',
    from: 'of owed.reverse()',
    to: 'of owed',
  },
  {
    name: 'announces-nothing',
    file: 'server/database/transitions.ts',
    from: '  if (from.every((status) => status === to)) return []\n',
    to: '  if (from.length > 0) return []\n',
  },
  {
    // With the one before: deliveries are written after the commit of what they tell.
    name: 'announces-later',
    file: 'server/database/transitions.ts',
    from: '  return batched[step](db).execute({ items: JSON.stringify(items) })\n',
    to: `  const rows = await batched[step](db).execute({ items: JSON.stringify(items) })
  const ids = '{' + rows.map((row) => row.operationId).join() + '}'
  const values = { sequence: sql\`last_sequence\`, at: sql\`updated_at\` }
  setTimeout(() => db.execute(sql\`with moved as (select * from operations where operation_id = any(\${ids}::uuid[]))
    \${announcing({ from: 'moved', event: transitions[step].to, ...values })}\`), 20)
  return rows
`,
  },
] as const satisfies Edit[]

export type Mutant = (typeof mutants)[number]['name']
