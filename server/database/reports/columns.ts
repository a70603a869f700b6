import type { Column } from '../formatted-rows.ts'

export type ReportType = 'ORDERS_SUMMARY' | 'SALES_BY_PRODUCT' | 'SALES_BY_COUNTRY' | 'CUSTOMER_ACTIVITY'

export type ReportColumn = Column & { sql: string }

const totals: ReportColumn[] = [
  { name: 'quantity', kind: 'count', sql: 'sum(l.quantity)' },
  { name: 'sales', kind: 'money', sql: 'sum(l.sales)' },
  { name: 'profit', kind: 'money', sql: 'sum(l.profit)' },
]

const text = (name: string, sql: string): ReportColumn => ({ name, kind: 'text', sql })
const date = (name: string, sql: string): ReportColumn => ({ name, kind: 'date', sql })
const count = (name: string, sql: string): ReportColumn => ({ name, kind: 'count', sql })

/** The rows of each report type, over orders `o`, their customers `c` and their lines `l`. */
export const reportShapes: Record<ReportType, { columns: ReportColumn[]; groupBy: string; orderBy: string }> = {
  ORDERS_SUMMARY: {
    columns: [
      text('orderId', 'o.order_id'),
      date('orderDate', 'o.order_date'),
      date('shipDate', 'o.ship_date'),
      text('shipMode', 'o.ship_mode'),
      text('customerId', 'o.customer_id'),
      text('customerName', 'c.name'),
      text('segment', 'c.segment'),
      text('country', 'o.country'),
      text('region', 'o.region'),
      text('state', 'o.state'),
      text('city', 'o.city'),
      count('lineCount', 'count(*)'),
      ...totals,
    ],
    groupBy: 'o.owner_id, o.order_id, c.owner_id, c.customer_id',
    orderBy: 'o.order_date, o.order_id, o.owner_id',
  },
  SALES_BY_PRODUCT: {
    columns: [
      text('productId', 'l.product_id'),
      // Real files use several names for one product id.
      text('productName', 'min(l.product_name)'),
      text('category', 'min(l.category)'),
      text('subCategory', 'min(l.sub_category)'),
      count('orderCount', 'count(distinct (o.owner_id, o.order_id))'),
      ...totals,
    ],
    groupBy: 'l.product_id',
    orderBy: 'sum(l.sales) desc, l.product_id',
  },
  SALES_BY_COUNTRY: {
    columns: [
      text('country', 'o.country'),
      count('orderCount', 'count(distinct (o.owner_id, o.order_id))'),
      count('customerCount', 'count(distinct (o.owner_id, o.customer_id))'),
      ...totals,
    ],
    groupBy: 'o.country',
    orderBy: 'sum(l.sales) desc, o.country',
  },
  CUSTOMER_ACTIVITY: {
    columns: [
      text('customerId', 'c.customer_id'),
      text('customerName', 'c.name'),
      text('segment', 'c.segment'),
      count('orderCount', 'count(distinct o.order_id)'),
      date('firstOrderDate', 'min(o.order_date)'),
      date('lastOrderDate', 'max(o.order_date)'),
      ...totals,
    ],
    groupBy: 'c.owner_id, c.customer_id',
    orderBy: 'sum(l.sales) desc, c.customer_id, c.owner_id',
  },
}
