/** Preloaded into a process: its clock differs from the others' by `CLOCK_SKEW_MS`. Timers are not affected. */
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0)
const RealDate = Date

class SkewedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(SkewedDate.now())
    else super(...(given as [number]))
  }

  static override now(): number {
    return RealDate.now() + skewMs
  }
}

globalThis.Date = SkewedDate as DateConstructor
