import { insufficient } from '../../auth/refusal.ts'
import { formatId } from '../../contract/ids.ts'
import type { Caller } from '../../contract/implementation.ts'
import { Problem, type Violation } from '../../contract/problem.ts'
import type { NewOperation } from '../../database/operations/create.ts'
import { findByKeys } from '../../database/operations/idempotency.ts'
import { newId } from '../../lib/new-id.ts'
import type { Backend } from '../backend.ts'
import { inTurns } from '../policy/slices.ts'
import { submitScopes } from '../policy/submit-scopes.ts'
import { dependencyProblems, spread } from './batch-dependencies.ts'
import { sentence } from './body.ts'
import { checkItem, type Item } from './item.ts'
import { inputProblem, newOperation, quotaProblem, type Submission, submissionOf } from './submission.ts'

export type BatchItem = Item & { idempotencyKey?: string; dependsOn?: readonly number[] }

/** Checks of inputs that look at data, and look-ups of host names, of one batch at the same time. */
const mostChecks = 4

type Batch = {
  items: readonly BatchItem[]
  caller: Caller
  address: string
  batchId: string
  /** How many items the rate limit admits, and the problem of the others. */
  admitted: number
  refusal?: Problem | undefined
  /** The trace context of the request, which all operations of the batch share. */
  traceContext?: string | undefined
}

/**
 * The operation of each item as it is inserted, or its problem: the same checks as those of a single submit, except the quota of operations and
 * idempotency keys that were used. Owners share the processor and the connections meanwhile.
 */
export async function batchOperations(backend: Backend, batch: Batch): Promise<(NewOperation | Problem)[]> {
  const { items, caller, address, batchId, admitted, refusal, traceContext } = batch
  const { ownerId } = caller
  const turn = inTurns(backend.gate, ownerId)
  // In the order of the items.
  const ids = items.map(() => newId())
  const prepared: (Submission | Problem)[] = []
  for (const [index, item] of items.entries()) {
    const waiting = turn()
    if (waiting) await waiting
    prepared.push(index >= admitted && refusal ? refusal : submissionOrProblem(backend, item, { caller, address }))
  }
  const named = addDependencies(items, ids, prepared)
  await checkAll(backend, ownerId, prepared, named)
  if (named.size > 0) {
    const edges = items.map(({ dependsOn = [] }) => dependsOn)
    const isRefused = (index: number) => prepared[index] instanceof Problem
    spread(edges, isRefused, (index, problem) => {
      prepared[index] = problem
    })
  }
  const operations: (NewOperation | Problem)[] = []
  for (const [index, submission] of prepared.entries()) {
    const waiting = turn()
    if (waiting) await waiting
    operations.push(
      submission instanceof Problem
        ? submission
        : { ...newOperation(backend, submission, { operationId: ids[index], traceContext }), batchId },
    )
  }
  return operations
}

/**
 * Replaces the indexes on which items depend by the ids of those items, after the idempotency keys have got their fingerprints. Returns the ids that
 * are named, in the API's format.
 */
function addDependencies(
  items: readonly BatchItem[],
  ids: readonly string[],
  prepared: (Submission | Problem)[],
): ReadonlySet<string> {
  const named = new Set<string>()
  if (items.every(({ dependsOn }) => dependsOn === undefined)) return named
  const ownOf = (index: number) => {
    const submission = prepared[index]
    return submission instanceof Problem ? [] : (submission?.dependsOn ?? [])
  }
  const edges = items.map(({ dependsOn = [] }) => dependsOn)
  const problems = dependencyProblems(
    edges,
    edges.map((_, index) => ownOf(index).length),
  )
  for (const [index, others] of edges.entries()) {
    const submission = prepared[index]
    if (!submission || submission instanceof Problem) continue
    const problem = problems.get(index)
    const added = problem ? [] : others.map((other) => formatId('operation', ids[other] ?? ''))
    for (const id of added) named.add(id)
    if (problem) prepared[index] = problem
    else if (added.length > 0) prepared[index] = { ...submission, dependsOn: [...ownOf(index), ...added] }
  }
  return named
}

/** An index in the body is a dependency on another item, in the wrong place. */
function explained(violation: Violation): Violation {
  const isIndex = /^\/body\/dependsOn\/\d+$/.test(violation.pointer ?? '') && violation.message === 'must be text'
  if (!isIndex) return violation
  return { ...violation, message: 'must be an operationId; the index of an item belongs in dependsOn beside body' }
}

function submissionOrProblem(
  backend: Backend,
  item: BatchItem,
  { caller, address }: { caller: Caller; address: string },
): Submission | Problem {
  const checked = checkItem(item)
  if (Array.isArray(checked)) {
    const errors = checked.map(explained)
    return new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
  }
  const needed = submitScopes(checked.type)
  const missing = needed.find((scope) => !caller.scopes.has(scope))
  if (missing !== undefined) return insufficient(needed, missing, `Submitting ${checked.type} requires`)
  try {
    return submissionOf(backend, { ...checked, key: item.idempotencyKey, caller, address })
  } catch (error) {
    if (error instanceof Problem) return invalidKey
    throw error
  }
}

const keyViolation = {
  pointer: '/idempotencyKey',
  message: 'must have 1 to 255 printable ASCII characters, bare or in double quotes',
}
const invalidKey = new Problem('INVALID_INPUT', sentence(keyViolation), { errors: [keyViolation] })

/** Replaces the submissions that a rule or a quota refuses by their problems. Most need no look-up. */
async function checkAll(
  backend: Backend,
  ownerId: string,
  prepared: (Submission | Problem)[],
  created: ReadonlySet<string>,
) {
  const checking = sharedLookUps(backend)
  const full = await quotaProblem(backend, { ownerId, webhook: undefined })
  const refused = new Map<number, Problem>()
  const waiting = prepared.entries()
  async function checkNext() {
    for (const [index, submission] of waiting) {
      if (submission instanceof Problem) continue
      const problem = (await problemOf(checking, submission, created)) ?? full
      if (problem) refused.set(index, problem)
    }
  }
  await Promise.all(Array.from({ length: mostChecks }, checkNext))
  const replayed = await repeated(backend, ownerId, prepared, refused)
  for (const [index, problem] of refused) if (!replayed.has(index)) prepared[index] = problem
}

/** A check may take a connection, and one owner has few of them at a time. */
async function problemOf(
  backend: Backend,
  submission: Submission,
  created: ReadonlySet<string>,
): Promise<Problem | undefined> {
  const { type, ownerId, webhook, dependsOn } = submission
  if (!webhook && !dependsOn && !backend.inputChecks.checks(type))
    return inBody(await inputProblem(backend, submission))
  const release = await backend.gate.connection(ownerId)
  try {
    const invalid = inBody(await inputProblem(backend, submission, created))
    return invalid ?? (webhook && (await quotaProblem(backend, submission)))
  } finally {
    release()
  }
}

/** The problem of a body as that of its item. */
function inBody(problem: Problem | undefined): Problem | undefined {
  const errors = problem?.extra.errors?.map((one) => ({ ...one, pointer: `/body${one.pointer ?? ''}` }))
  return problem && errors ? new Problem(problem.code, sentence(errors[0]), { ...problem.extra, errors }) : problem
}

/** Looks up each host name once for the batch. */
function sharedLookUps(backend: Backend): Backend {
  const known = new Map<string, ReturnType<Backend['webhookUrls']['resolve']>>()
  const resolve: Backend['webhookUrls']['resolve'] = (name) => {
    const found = known.get(name) ?? backend.webhookUrls.resolve(name)
    known.set(name, found)
    return found
  }
  return { ...backend, webhookUrls: { ...backend.webhookUrls, resolve } }
}

/** The refused submissions that repeat an earlier submit. What was valid then may be invalid now, but a replay is answered. */
async function repeated(
  { db }: Pick<Backend, 'db'>,
  ownerId: string,
  prepared: readonly (Submission | Problem)[],
  refused: ReadonlyMap<number, Problem>,
): Promise<ReadonlySet<number>> {
  const keyed = [...refused.keys()].flatMap((index) => {
    const submission = prepared[index]
    return submission && 'idempotency' in submission && submission.idempotency
      ? [{ index, idempotency: submission.idempotency }]
      : []
  })
  const known = await findByKeys(db, { ownerId, keys: keyed.map(({ idempotency }) => idempotency.key) })
  const isSame = ({ idempotency: { key, fingerprint } }: (typeof keyed)[number]) =>
    known.get(key)?.fingerprint.equals(fingerprint) ?? false
  return new Set(keyed.filter(isSame).map(({ index }) => index))
}
