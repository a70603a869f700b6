'use client'
/** Hooks for React 18 and newer, and for Preact by `preact/compat`. */
export type { OperationsFilter } from './operations-entry.ts'
export { type HookOptions, LongrunProvider, useLongrun } from './provider.ts'
export { type OperationHookOptions, type OperationTarget, type OperationView, useOperation } from './use-operation.ts'
export { type OperationsView, useOperations } from './use-operations.ts'
export { type SubmitView, useSubmit } from './use-submit.ts'
