import { firstOutcome, type NewOperation } from '../operations/create.ts'
import type { KnownKey } from '../operations/idempotency.ts'
import type { ItemOutcome, NewBatch } from './types.ts'

/** What is done with an item. `same`: it repeats an earlier item, whose operation this is. */
export type Decision = Insert | Exclude<ItemOutcome, { kind: 'created' }>

type Insert = { kind: 'insert'; operation: NewOperation } | { kind: 'same'; operation: NewOperation }

type Keys = {
  batch: Pick<NewBatch, 'idempotency'>
  /** The keys that this transaction has inserted. */
  held: ReadonlySet<string>
  /** The other keys, and what they were used for. */
  known: ReadonlyMap<string, KnownKey>
  /** How many operations may be inserted. */
  free: number | undefined
}

/**
 * Decides for each item. An item may depend on other items, by their ids: on the operation that such an item repeats, if it repeats one, and it is
 * refused if such an item is. Dependencies of items have no cycles.
 */
export function decide(
  items: readonly NewOperation[],
  { batch, held, known, free = Number.POSITIVE_INFINITY }: Keys,
): Decision[] {
  const byId = new Map(items.map((item) => [item.operationId, item]))
  const firstOf = new Map<string, NewOperation>()
  for (const item of items) {
    const { key } = item.idempotency ?? {}
    if (key !== undefined && !firstOf.has(key)) firstOf.set(key, item)
  }

  const decided = new Map<string, Decision>()
  let left = free
  for (const item of items) {
    const decision = withoutDependencies(item)
    decided.set(item.operationId, decision)
    if (decision.kind === 'insert') left -= 1
  }

  function withoutDependencies(item: NewOperation): Decision {
    const { idempotency, ...operation } = item
    if (idempotency) {
      const { key, fingerprint } = idempotency
      if (key === batch.idempotency?.key) return { kind: 'mismatch' }
      const used = known.get(key)
      if (used) return firstOutcome(used, idempotency) as Decision
      const first = firstOf.get(key)
      if (first && first !== item) return repeated(first, fingerprint)
      if (!held.has(key)) throw new Error('an idempotency key is neither held nor known')
    }
    return left > 0 ? { kind: 'insert', operation } : { kind: 'full' }
  }

  function repeated(first: NewOperation, fingerprint: Buffer): Decision {
    if (!first.idempotency?.fingerprint.equals(fingerprint)) return { kind: 'mismatch' }
    const decision = decided.get(first.operationId)
    return decision?.kind === 'insert'
      ? { kind: 'same', operation: decision.operation }
      : (decision ?? { kind: 'full' })
  }

  const done = new Map<string, Decision>()
  function final(item: NewOperation): Decision {
    const known = done.get(item.operationId)
    if (known) return known
    const decision = resolved(decided.get(item.operationId) ?? { kind: 'full' })
    done.set(item.operationId, decision)
    return decision
  }

  function resolved(decision: Decision): Decision {
    if (decision.kind === 'same') {
      const first = byId.get(decision.operation.operationId)
      const ofFirst = first ? final(first) : decision
      return ofFirst.kind === 'insert' ? { kind: 'same', operation: ofFirst.operation } : ofFirst
    }
    if (decision.kind !== 'insert' || !decision.operation.dependsOn) return decision
    const ids = decision.operation.dependsOn.map((id) => {
      const other = byId.get(id)
      return other ? acceptedId(final(other)) : id
    })
    if (ids.includes(undefined)) return { kind: 'dependent' }
    const dependsOn = [...new Set(ids)].filter((id) => id !== undefined)
    return { kind: 'insert', operation: { ...decision.operation, dependsOn } }
  }

  return items.map(final)
}

/** The id of the operation of an item; undefined if it was refused. */
function acceptedId(decision: Decision): string | undefined {
  return 'operation' in decision ? decision.operation.operationId : undefined
}
