import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { connect } from '../../server/database/connect.ts'
import { initialStock } from '../../server/database/sample-vendors.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startSampleVendors } from '../../server/vendors/sample.ts'
import type { Environment } from './processes.ts'
import type { Rig } from './rig.ts'

/** The steps of a delivery in their order: vendor, the choice that says how it behaves, and what its no is called. */
export const steps = [
  { step: 'reserveStock', vendor: 'stock', field: 'warehouse', code: 'OUT_OF_STOCK' },
  { step: 'chargePayment', vendor: 'payment', field: 'paymentMethod', code: 'PAYMENT_DECLINED' },
  { step: 'bookCarrier', vendor: 'carrier', field: 'carrierService', code: 'NO_CARRIER' },
  { step: 'confirmDelivery', vendor: 'confirmation', field: 'contact', code: 'CONFIRMATION_REFUSED' },
] as const

/**
 * The sample vendors in the test's own process: like real ones they outlive the workers that call them. Each change of what they hold
 * is written down in `ledger`. Answers what a worker has to know.
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

/** As soon as the vendor has worked on a call of the operation, or the operation has ended without one. */
export async function untilAsked({ sql }: Pick<Rig, 'sql'>, id: string, vendor: string): Promise<void> {
  const asked = () => sql`
    select 1 from sample_calls where vendor = ${vendor} and key like ${`${id.slice(3)}:%`} and (tries > 0 or status is not null)
    union all select 1 from operations where operation_id = ${id.slice(3)}::uuid and finished_at is not null`
  while ((await asked()).length === 0) await delay(20)
}

/** Everything that is wrong at the vendors, in words, when all deliveries have ended. */
export async function vendorFaults({ sql }: Pick<Rig, 'sql'>): Promise<string[]> {
  const found: string[] = []
  for (const [what, query] of Object.entries(rules)) {
    const broken = await sql.unsafe<{ id: string; detail: string }[]>(query)
    found.push(...broken.map(({ id, detail }) => `${what}: ${id}, ${detail}`))
  }
  return found
}

const order = steps.map(({ vendor }, at) => `when '${vendor}' then ${at}`).join(' ')

/** `held`: by operation and vendor, whatever keys it was asked with. */
const entries = `
  with entries as (
    select split_part(key, ':', 1)::uuid as operation_id, vendor, case vendor ${order} end as place, entry, became from ledger),
  held as (
    select operation_id, vendor, count(*) filter (where became = 'DONE') as done, count(*) filter (where became = 'UNDONE') as undone
    from entries group by 1, 2)`

/** Each answers the operations that break it, or what else does. */
const rules = {
  'done twice': `${entries} select operation_id as id, vendor as detail from held where done > 1`,
  'undone twice': `${entries} select operation_id as id, vendor as detail from held where undone > 1`,
  'left behind': `${entries}
    select operation_id as id, vendor || ' after ' || status as detail from held join operations using (operation_id)
    where status <> 'COMPLETED' and done > undone`,
  'completed without all of it': `${entries}
    select operation_id as id, count(vendor) filter (where done = 1 and undone = 0) || ' vendors' as detail
    from operations left join held using (operation_id) where status = 'COMPLETED'
    group by operation_id having count(vendor) filter (where done = 1 and undone = 0) <> ${steps.length}`,
  'undone in another order': `${entries}
    select operation_id as id, string_agg(vendor, ', ' order by entry) as detail from entries where became = 'UNDONE'
    group by operation_id having array_agg(place order by entry) <> array_agg(place order by place desc)`,
  'stock is missing, or too much': `
    select warehouse as id, available || ' pieces' as detail from sample_stock where available <> ${initialStock} - 2 * (
      select count(*) from operations where status = 'COMPLETED' and coalesce(input ->> 'warehouse', 'main') = warehouse)`,
} as const
