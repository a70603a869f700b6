/** Fits the server's limit of 16 KiB for URL and headers. */
const maxChars = 15_000

/** Long queries: of names, repetitions, broken escapes and values of each kind. */
export const worstQueries: [title: string, query: string][] = [
  ['thousands of names', Array.from({ length: 3000 }, (_, nth) => `a${nth}`).join('&')],
  ['a hundred long names', Array.from({ length: 100 }, (_, nth) => `${'a'.repeat(140)}${nth}=1`).join('&')],
  ['one status thousands of times', Array(1600).fill('status=x').join('&')],
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
  ['broken escapes', `label=${'%ffa'.repeat(maxChars / 4)}`],
  ['broken escapes in a name', '%ffa'.repeat(maxChars / 4)],
  ['whole escapes', `label=${'%41'.repeat(maxChars / 3)}`],
  ['a huge page token', `pageToken=${'a.'.repeat(maxChars / 2)}`],
  ['the longest page token', `pageToken=${'a'.repeat(1024)}`],
  ['a long number', `pageSize=${'1'.repeat(maxChars)}`],
  ['a long instant', `createdAfter=2017-12-31T09:00:00.${'0'.repeat(maxChars)}!`],
  ['a long signature', `expires=1&signature=${'a'.repeat(maxChars)}`],
  ['a long cursor', `after=${'a'.repeat(maxChars)}`],
  ['only &', '&'.repeat(maxChars)],
  ['only =', '='.repeat(maxChars)],
  ['only +', '+'.repeat(maxChars)],
]

/** Ids in a path. */
export const worstPaths: [title: string, id: string][] = [
  ['broken escapes', '%ffa'.repeat(maxChars / 4)],
  ['broken escapes in a short path', '%ffa'.repeat(450)],
  ['whole escapes in a short path', '%41'.repeat(600)],
  ['a long id', 'x'.repeat(maxChars)],
  ['slashes', '/'.repeat(maxChars)],
  ['colons', ':a'.repeat(maxChars / 2)],
  ['escaped colons', '%3a'.repeat(maxChars / 3)],
]

/** Every header that the service or its libraries read, with thousands of members or with a value that is slow to parse. */
export const worstHeaders: [name: string, value: string][] = [
  ['if-none-match', 'W/"a",'.repeat(maxChars / 6)],
  ['if-none-match', '"a",'.repeat(250)],
  ['range', `bytes=${'0-0,'.repeat(maxChars / 4)}`],
  ['range', `bytes=${'0-0,'.repeat(60)}`],
  ['prefer', 'wait=1,'.repeat(maxChars / 7)],
  ['prefer', 'wait '.repeat(50)],
  ['accept', 'a/b,'.repeat(maxChars / 4)],
  ['accept-encoding', 'gzip,'.repeat(maxChars / 5)],
  ['last-event-id', '1'.repeat(maxChars)],
  ['x-forwarded-for', '10.0.0.1,'.repeat(maxChars / 9)],
  ['x-forwarded-proto', 'https,'.repeat(maxChars / 6)],
  ['cookie', 'a=b;'.repeat(maxChars / 4)],
  ['sec-websocket-protocol', 'bearer.a,'.repeat(maxChars / 9)],
  ['authorization', `Bearer ${' '.repeat(maxChars)}a b`],
  ['authorization', `Bearer ${'a.'.repeat(maxChars / 2)}`],
  ['authorization', `Bearer ${['', '', ''].map(() => 'a'.repeat(maxChars / 3)).join('.')}`],
  ['x-api-key', 'a'.repeat(maxChars)],
  ['idempotency-key', `"${'\\"'.repeat(maxChars / 2)}`],
  ['content-type', `application/json${';charset'.repeat(maxChars / 8)}`],
  ['content-type', `application/json;${' '.repeat(maxChars)}x`],
  ['content-encoding', 'identity,'.repeat(maxChars / 9)],
  ['origin', `http://${'a.'.repeat(maxChars / 2)}`],
  ['x-request-id', 'a'.repeat(maxChars)],
  ['connection', 'a,'.repeat(maxChars / 2)],
]
