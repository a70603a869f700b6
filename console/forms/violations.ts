/** A violation as problems list them: at a JSON pointer into the body, or of a parameter. */
export type Violation = { pointer?: string | undefined; parameter?: string | undefined; message: string }

/** The pointer of the field `name` below `pointer` (RFC 6901). */
export function pointerTo(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The place of a violation as a pointer. Parameters of the path are fields of the form, beside those of the body. */
function placeOf({ pointer, parameter }: Violation): string {
  return pointer ?? (parameter === undefined ? '' : pointerTo('', parameter))
}

/** The violations to show at a field: those at it, and those below it that no field in it shows. `shown`: the pointers of these fields. */
export function violationsAt(
  violations: readonly Violation[],
  pointer: string,
  shown: readonly string[] = [],
): { message: string; below: string }[] {
  const isBelow = (place: string, of: string) => place === of || place.startsWith(`${of}/`)
  return violations
    .map((one) => ({ message: one.message, place: placeOf(one) }))
    .filter(({ place }) => isBelow(place, pointer) && !shown.some((field) => isBelow(place, field)))
    .map(({ message, place }) => ({ message, below: place.slice(pointer.length) }))
}
