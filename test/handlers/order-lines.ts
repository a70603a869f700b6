/** A valid order line of a file. */
export const line = {
  rowId: '1',
  orderId: 'O-1',
  orderDate: '2024-02-29',
  shipDate: '2024-03-01',
  shipMode: 'First Class',
  customerId: 'C-1',
  customerName: 'Zoë O’Neil',
  segment: 'Consumer',
  country: 'France',
  city: 'Paris',
  state: 'Île-de-France',
  postalCode: '75001',
  region: 'North',
  productId: 'P-1',
  category: 'Furniture',
  subCategory: 'Chairs',
  productName: 'Chair, red',
  sales: '10.5',
  quantity: '2',
  discount: '0.2',
  profit: '-1.25',
}

export type Line = typeof line
export const names = Object.keys(line) as (keyof Line)[]

const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A CSV with a header; each row is `line` with changes. */
export function csvOf(rows: Partial<Line>[], columns: readonly (keyof Line)[] = names): string {
  const lines = rows.map((row) => columns.map((name) => cell({ ...line, ...row }[name])).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}

export function ndjsonOf(rows: (Partial<Record<keyof Line, unknown>> & Record<string, unknown>)[]): string {
  return rows.map((row) => `${JSON.stringify({ ...line, ...row })}\n`).join('')
}
