import type { Edit } from './edits.ts'

/** The product with one guard taken away. Each must be caught by the fault that it is for. */
export const mutants = [
  {
    // The key is looked for first, and kept after the operation: three statements where the product has one.
    name: 'select-then-insert',
    file: 'server/database/operations.ts',
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
    file: 'server/database/connect.ts',
    from: '  closeWhenSilent(sql, ',
    to: '  if (poolSize < 0) closeWhenSilent(sql, ',
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
    to: `const fresh = { status: 'PENDING', attempt: 0, failures: 0, createdAt: new Date(), updatedAt: new Date(), labels: {} }
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
] as const satisfies Edit[]

export type Mutant = (typeof mutants)[number]['name']
