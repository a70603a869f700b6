import { bigint, date, index, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * The owner of the sample rows. No credential can have it, because an owner's name is never empty. Not NULL, which cannot be part of a
 * primary key.
 */
export const noOwner = ''

export const customers = pgTable(
  'customers',
  {
    ownerId: text('owner_id').notNull(),
    customerId: text('customer_id').notNull(),
    name: text('name').notNull(),
    segment: text('segment').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ownerId, t.customerId] }),
    index('customers_segment').on(t.ownerId, t.segment, t.customerId),
  ],
)

export const orders = pgTable(
  'orders',
  {
    ownerId: text('owner_id').notNull(),
    orderId: text('order_id').notNull(),
    customerId: text('customer_id').notNull(),
    orderDate: date('order_date', { mode: 'string' }).notNull(),
    shipDate: date('ship_date', { mode: 'string' }).notNull(),
    shipMode: text('ship_mode').notNull(),
    country: text('country').notNull(),
    region: text('region').notNull(),
    state: text('state').notNull(),
    city: text('city').notNull(),
    postalCode: text('postal_code').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ownerId, t.orderId] }),
    index('orders_date').on(t.ownerId, t.orderDate, t.orderId),
    index('orders_customer_date').on(t.ownerId, t.customerId, t.orderDate, t.orderId),
  ],
)

/** Each line has its product's name, because real files use several names for one product id. */
export const orderLines = pgTable(
  'order_lines',
  {
    ownerId: text('owner_id').notNull(),
    rowId: bigint('row_id', { mode: 'number' }).notNull(),
    orderId: text('order_id').notNull(),
    productId: text('product_id').notNull(),
    productName: text('product_name').notNull(),
    category: text('category').notNull(),
    subCategory: text('sub_category').notNull(),
    sales: numeric('sales', { precision: 14, scale: 4 }).notNull(),
    quantity: integer('quantity').notNull(),
    discount: numeric('discount', { precision: 5, scale: 4 }).notNull(),
    profit: numeric('profit', { precision: 14, scale: 4 }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ownerId, t.rowId] }),
    index('order_lines_order_row').on(t.ownerId, t.orderId, t.rowId),
  ],
)
