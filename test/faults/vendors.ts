import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { connect } from '../../server/database/connection.ts'
import { initialStock } from '../../server/dev/sample-vendors/database.ts'
import { startSampleVendors } from '../../server/dev/sample-vendors/sample.ts'
import { createLog } from '../../server/telemetry/log.ts'
import type { Environment } from './processes.ts'
import type { Rig } from './rig.ts'

/** The steps of a delivery in order: the vendor, the input field that selects its behaviour, and the error code of its refusal. */
export const steps = [
  { step: 'reserveStock', vendor: 'stock', field: 'warehouse', code: 'OUT_OF_STOCK' },
  { step: 'chargePayment', vendor: 'payment', field: 'paymentMethod', code: 'PAYMENT_DECLINED' },
  { step: 'bookCarrier', vendor: 'carrier', field: 'carrierService', code: 'NO_CARRIER' },
  { step: 'confirmDelivery', vendor: 'confirmation', field: 'contact', code: 'CONFIRMATION_REFUSED' },
] as const

/**
 * Runs the sample vendors in the test process, so that they outlive the workers that call them. Records each change of their data in
 * `ledger`. Returns the environment of a worker.
 */
export async function openVendors({ url, sql }: Rig): Promise<Environment> {
  await sql.unsafe(`
    create table ledger (entry bigint generated always as identity, vendor text, key text, became text);
    create function keep_ledger() returns trigger language plpgsql as $$
      begin
        insert into ledger (vendor, key, became) values (new.vendor, new.key, new.state);
        return null;
      end $$;
    create trigger keep_ledger after update on sample_effects for each row
      when (old.state is distinct from new.state) execute function keep_ledger()`)
  const connection = connect(url, { poolSize: 5, applicationName: 'longrun-faults vendors' })
  const vendors = await startSampleVendors({ db: connection.db, log: createLog('silent') })
  onTestFinished(async () => {
    await vendors.close()
    await connection.close()
  })
  const { stock, payment, carrier, confirmation } = vendors.addresses
  return {
    VENDOR_STOCK_URL: stock,
    VENDOR_PAYMENT_URL: payment,
    VENDOR_CARRIER_URL: carrier,
    VENDOR_CONFIRMATION_URL: confirmation,
  }
}

/** Resolves once the vendor has received a call of the operation, or the operation has ended without a call. */
export async function untilCalled({ sql }: Pick<Rig, 'sql'>, id: string, vendor: string): Promise<void> {
  const calls = () => sql`
    select 1 from sample_calls where vendor = ${vendor} and key like ${`${id.slice(3)}:%`} and (tries > 0 or status is not null)
    union all select 1 from operations where operation_id = ${id.slice(3)}::uuid and finished_at is not null`
  while ((await calls()).length === 0) await delay(20)
}

/** All violations at the vendors as messages, after all deliveries have ended. `struck`: the attempt that each operation was struck in. */
export async function vendorViolations({ sql }: Pick<Rig, 'sql'>, struck: Map<string, number>): Promise<string[]> {
  await sql`create table strikes (operation_id uuid, attempt int)`
  for (const [id, attempt] of struck) await sql`insert into strikes values (${id}, ${attempt})`
  const found: string[] = []
  for (const [what, query] of Object.entries(rules)) {
    const broken = await sql.unsafe<{ id: string; detail: string }[]>(query)
    found.push(...broken.map(({ id, detail }) => `${what}: ${id}, ${detail}`))
  }
  return found
}

const order = steps.map(({ vendor }, at) => `when '${vendor}' then ${at}`).join(' ')

/** `held`: by operation and vendor, for all keys of its calls. */
const entries = `
  with entries as (
    select split_part(key, ':', 1)::uuid as operation_id, vendor, case vendor ${order} end as place, entry, became from ledger),
  held as (
    select operation_id, vendor, count(*) filter (where became = 'DONE') as done, count(*) filter (where became = 'UNDONE') as undone
    from entries group by 1, 2)`

/** Each query returns the operations or calls with that violation. */
const rules = {
  'done twice': `${entries} select operation_id as id, vendor as detail from held where done > 1`,
  'undone twice': `${entries} select operation_id as id, vendor as detail from held where undone > 1`,
  'left behind': `${entries}
    select operation_id as id, vendor || ' after ' || status as detail from held join operations using (operation_id)
    where status <> 'COMPLETED' and done > undone`,
  'completed without all effects': `${entries}
    select operation_id as id, count(vendor) filter (where done = 1 and undone = 0) || ' vendors' as detail
    from operations left join held using (operation_id) where status = 'COMPLETED'
    group by operation_id having count(vendor) filter (where done = 1 and undone = 0) <> ${steps.length}`,
  'undone out of order': `${entries}
    select operation_id as id, string_agg(vendor, ', ' order by entry) as detail from entries where became = 'UNDONE'
    group by operation_id having array_agg(place order by entry) <> array_agg(place order by place desc)`,
  // The vendor has seen the fencing token of a later attempt. An earlier one may have ended when another delivery was struck.
  'done again after its result was stored': `
    select operation_id as id, vendor as detail
    from operations join strikes using (operation_id) join sample_effects on split_part(key, ':', 1) = operation_id::text
    where status = 'COMPLETED' and fence > strikes.attempt and split_part(input ->> 'warehouse', ' ', 2) = 'step-kept'
      and split_part(input ->> 'warehouse', ' ', 3) = split_part(key, ':', 2)`,
  'wrong stock': `
    select warehouse as id, available || ' pieces' as detail from sample_stock where available <> ${initialStock} - 2 * (
      select count(*) from operations where status = 'COMPLETED' and coalesce(input ->> 'warehouse', 'main') = warehouse)`,
} as const
