/** The sum of decimals with up to four places, rounded half up to whole cents; at least 0. */
export function centsOf(decimals: readonly string[]): number {
  const sum = decimals.reduce((total, decimal) => total + tenThousandths(decimal), 0n)
  return sum > 0n ? Number((sum + 50n) / 100n) : 0
}

/** BigInt, because a sum of binary fractions can be off by a cent. */
function tenThousandths(decimal: string): bigint {
  const [, sign, whole = '0', places = ''] = /^(-?)(\d+)(?:\.(\d{1,4})\d*)?$/.exec(decimal) ?? []
  const value = BigInt(whole) * 10_000n + BigInt(places.padEnd(4, '0'))
  return sign === '-' ? -value : value
}
