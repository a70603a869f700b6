import { expect, it } from 'vitest'
import { checkItem } from '../../server/http/request/item.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  format: 'CSV',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
}

it('returns a valid item with the defaults of the schema', () => {
  const webhook = { url: 'https://hooks.example.com/longrun' }
  const checked = checkItem({ type: 'generateReport', body: { ...report, webhook } })
  expect(checked).toMatchObject({ type: 'generateReport', path: {}, body: report })
  expect(checked).toHaveProperty('body.webhook.events')
  expect(checkItem({ type: 'deliverOrder', path: { orderId: 'CA-2017-1' } })).toMatchObject({
    path: { orderId: 'CA-2017-1' },
    body: {},
  })
})

it.each([
  ['an unknown type', { type: 'toString' }, ['/type']],
  ['the body of another type', { type: 'exportCustomers', body: report }, ['/body/reportType', '/body/dateRange']],
  ['a missing path', { type: 'deliverOrder' }, ['/path/orderId']],
  ['a path where there is none', { type: 'generateReport', path: { id: 'x' }, body: report }, ['/path/id']],
  ['a path parameter that is not text', { type: 'deliverOrder', path: { orderId: 7 } }, ['/path/orderId']],
  [
    'a nested field',
    { type: 'generateReport', body: { ...report, dateRange: { fromDate: 'x' } } },
    ['/body/dateRange/fromDate', '/body/dateRange/toDate'],
  ],
  ['validateOnly', { type: 'generateReport', body: { ...report, validateOnly: false } }, ['/body/validateOnly']],
  ['a missing body', { type: 'generateReport' }, ['/body/reportType']],
] as const)('names the places of %s', (_, item, pointers) => {
  const found = checkItem(item)
  const places = Array.isArray(found) ? found.map(({ pointer }) => pointer) : []
  expect(places).toEqual(expect.arrayContaining([...pointers]))
})
