import { holtWinters } from './holt-winters.ts'

export type Method = 'SEASONAL_NAIVE' | 'HOLT_WINTERS'

/** `mape` in percent, over the values that are not 0; undefined if all are 0. */
export type ForecastError = { mae: number; rmse: number; mape?: number }

/** The first method wins a tie, because it is simpler. */
const methods = ['SEASONAL_NAIVE', 'HOLT_WINTERS'] as const

/** The value of the same month one season ago. */
export function seasonalNaive(values: readonly number[], seasonLength: number, steps: number): number[] {
  const last = values.slice(-seasonLength)
  return Array.from({ length: steps }, (_, index) => last[index % seasonLength] ?? 0)
}

export function forecastBoth(values: readonly number[], seasonLength: number, steps: number) {
  const fitted = holtWinters(values, seasonLength)
  const forecasts: Record<Method, number[]> = {
    SEASONAL_NAIVE: seasonalNaive(values, seasonLength, steps),
    HOLT_WINTERS: fitted.forecast(steps),
  }
  return { fitted, forecasts }
}

/** Forecasts the last `holdout` values from those before, and compares them. The method with the smaller RMSE is the better one. */
export function backtest(values: readonly number[], seasonLength: number, holdout: number) {
  const actual = values.slice(-holdout)
  const { forecasts } = forecastBoth(values.slice(0, -holdout), seasonLength, holdout)
  const errors = methods.map((method) => ({ method, ...errorOf(actual, forecasts[method]) }))
  const better = errors.reduce((best, other) => (other.rmse < best.rmse ? other : best))
  return { forecasts, errors, method: better.method }
}

export function errorOf(actual: readonly number[], forecast: readonly number[]): ForecastError {
  const errors = actual.map((value, index) => value - (forecast[index] ?? 0))
  const shares = errors.flatMap((error, index) => (actual[index] === 0 ? [] : [Math.abs(error / (actual[index] ?? 1))]))
  return {
    mae: mean(errors.map(Math.abs)),
    rmse: Math.sqrt(mean(errors.map((error) => error ** 2))),
    ...(shares.length > 0 && { mape: 100 * mean(shares) }),
  }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
