/** Ids that no operation has, as segments of a path. */
export const unknownIds = [
  'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21',
  'op_01938F6E-5A01-7CC3-9F0B-3F5D0C9A7E21',
  'report_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21',
  'op_1',
  'job_12345',
  'x',
  '0',
  '__proto__',
  '%2F',
  '%2e%2e%2f',
  '%zz',
  '%00',
  '%F0%9F%92%A9',
  "'%20or%201=1",
  'x'.repeat(10_000),
]
