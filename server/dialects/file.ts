import type { WireOperation } from '../contract/present/operation.ts'

/** The file in the result of an operation; undefined before it is completed, and for types without a file. */
export function fileOf({ result }: WireOperation) {
  return result && 'downloadUrl' in result ? result : undefined
}
