/** What fits a server's 16 KiB of URL and headers. */
const room = 15_000

/** Queries that are long in names, repetitions, broken escapes and values of each kind. */
export const worstQueries: [title: string, query: string][] = [
  ['thousands of names', Array.from({ length: 3000 }, (_, nth) => `a${nth}`).join('&')],
  ['a hundred long names', Array.from({ length: 100 }, (_, nth) => `${'a'.repeat(140)}${nth}=1`).join('&')],
  ['thousands of one status', Array(1600).fill('status=x').join('&')],
  [
    'a hundred long statuses',
    Array(100)
      .fill(`status=${'x'.repeat(140)}`)
      .join('&'),
  ],
  [
    'a hundred long labels',
    Array(100)
      .fill(`label=${'x'.repeat(140)}`)
      .join('&'),
  ],
  ['labels with NUL', Array(100).fill('label=%00').join('&')],
  ['broken escapes', `label=${'%ffa'.repeat(room / 4)}`],
  ['broken escapes in a name', '%ffa'.repeat(room / 4)],
  ['whole escapes', `label=${'%41'.repeat(room / 3)}`],
  ['a huge page token', `pageToken=${'a.'.repeat(room / 2)}`],
  ['the longest page token', `pageToken=${'a'.repeat(1024)}`],
  ['a long number', `pageSize=${'1'.repeat(room)}`],
  ['a long instant', `createdAfter=2017-12-31T09:00:00.${'0'.repeat(room)}!`],
  ['a long signature', `expires=1&signature=${'a'.repeat(room)}`],
  ['a long cursor', `after=${'a'.repeat(room)}`],
  ['nothing but &', '&'.repeat(room)],
  ['nothing but =', '='.repeat(room)],
  ['nothing but +', '+'.repeat(room)],
]

/** Ids of a path. */
export const worstPaths: [title: string, id: string][] = [
  ['broken escapes', '%ffa'.repeat(room / 4)],
  ['broken escapes in a short path', '%ffa'.repeat(450)],
  ['whole escapes in a short path', '%41'.repeat(600)],
  ['a long id', 'x'.repeat(room)],
  ['slashes', '/'.repeat(room)],
  ['colons', ':a'.repeat(room / 2)],
  ['escaped colons', '%3a'.repeat(room / 3)],
]

/** Every header that the service or its libraries read, with thousands of members or of what its parser goes over. */
export const worstHeaders: [name: string, value: string][] = [
  ['if-none-match', 'W/"a",'.repeat(room / 6)],
  ['if-none-match', '"a",'.repeat(250)],
  ['range', `bytes=${'0-0,'.repeat(room / 4)}`],
  ['range', `bytes=${'0-0,'.repeat(60)}`],
  ['prefer', 'wait=1,'.repeat(room / 7)],
  ['prefer', 'wait '.repeat(50)],
  ['accept', 'a/b,'.repeat(room / 4)],
  ['accept-encoding', 'gzip,'.repeat(room / 5)],
  ['last-event-id', '1'.repeat(room)],
  ['x-forwarded-for', '10.0.0.1,'.repeat(room / 9)],
  ['x-forwarded-proto', 'https,'.repeat(room / 6)],
  ['cookie', 'a=b;'.repeat(room / 4)],
  ['sec-websocket-protocol', 'bearer.a,'.repeat(room / 9)],
  ['authorization', `Bearer ${' '.repeat(room)}a b`],
  ['authorization', `Bearer ${'a.'.repeat(room / 2)}`],
  ['authorization', `Bearer ${['', '', ''].map(() => 'a'.repeat(room / 3)).join('.')}`],
  ['x-api-key', 'a'.repeat(room)],
  ['idempotency-key', `"${'\\"'.repeat(room / 2)}`],
  ['content-type', `application/json${';charset'.repeat(room / 8)}`],
  ['content-type', `application/json;${' '.repeat(room)}x`],
  ['content-encoding', 'identity,'.repeat(room / 9)],
  ['origin', `http://${'a.'.repeat(room / 2)}`],
  ['x-request-id', 'a'.repeat(room)],
  ['connection', 'a,'.repeat(room / 2)],
]
