import { describe, expectTypeOf, it } from 'vitest'
import type {
  AnyHandle,
  FoundHandle,
  Longrun,
  OperationFailed,
  OperationHandle,
  OperationWebhookEvent,
  ProblemDetails,
  Wait,
  WaitBodies,
} from '../../client/index.ts'
import type { OperationType, ResultOf } from '../../generated/operations.ts'
import type { components, paths } from '../../generated/schema.ts'

type Schemas = components['schemas']
type Awaits<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>

describe('the types of the client', () => {
  it('has a submit and a validation for each operation type, without name conflicts', () => {
    expectTypeOf<Longrun>().toHaveProperty('generateReport')
    expectTypeOf<OperationType>().toExtend<keyof Longrun['validate']>()
    expectTypeOf<OperationType & ('validate' | 'operation' | 'upload' | 'api' | 'then')>().toBeNever()
  })

  it('accepts only the input of the type', () => {
    expectTypeOf<Parameters<Longrun['importOrders']>[0]>().toEqualTypeOf<{ uploadId: string }>()
    expectTypeOf<{ uploadID: string }>().not.toExtend<Parameters<Longrun['importOrders']>[0]>()
    expectTypeOf<{ reportType: 'SALES_BY_MOON' }>().not.toExtend<Parameters<Longrun['generateReport']>[0]>()
  })

  it('returns the result of the type', () => {
    expectTypeOf<Awaits<Longrun['generateReport']>>().toEqualTypeOf<OperationHandle<'generateReport'>>()
    expectTypeOf<Awaits<OperationHandle<'generateReport'>['result']>>().toEqualTypeOf<Schemas['ReportResult']>()
    expectTypeOf<Awaits<OperationHandle<'importOrders'>['result']>>().toEqualTypeOf<Schemas['ImportResult']>()
    expectTypeOf<OperationHandle<'exportCustomers'>['snapshot']['result']>().toEqualTypeOf<
      Schemas['ExportResult'] | undefined
    >()
  })

  it('narrows a handle by its type', () => {
    expectTypeOf<Extract<AnyHandle, { type: 'importOrders' }>>().toEqualTypeOf<OperationHandle<'importOrders'>>()
    expectTypeOf<Awaits<AnyHandle['result']>>().toEqualTypeOf<ResultOf[OperationType]>()
  })

  it('has the resource of the type and its expansion', () => {
    type Order = OperationHandle<'deliverOrder'>['snapshot']['resource']
    expectTypeOf<NonNullable<Order>['order']>().toEqualTypeOf<Schemas['Order'] | undefined>()
    expectTypeOf<OperationHandle<'exportCustomers'>['snapshot']>().not.toHaveProperty('resource')
    type Query = NonNullable<paths['/operations/{operationId}']['get']['parameters']['query']>
    expectTypeOf<Query['expand']>().toEqualTypeOf<'resource' | undefined>()
  })

  it('accepts the link fields of the result as downloads', () => {
    type FileOf<T extends OperationType> = NonNullable<
      NonNullable<Parameters<OperationHandle<T>['download']>[1]>['file']
    >
    expectTypeOf<FileOf<'importOrders'>>().toEqualTypeOf<'rejectUrl'>()
    expectTypeOf<FileOf<'generateReport'>>().toEqualTypeOf<'downloadUrl'>()
  })

  it('completes only the waits of the type, and any wait of an operation of unknown type', () => {
    expectTypeOf<Parameters<OperationHandle<'importOrders'>['complete']>[0]>().toBeNever()
    type Screening = OperationHandle<'screenCandidate'>
    expectTypeOf<'decision'>().toExtend<Parameters<Screening['complete']>[0]>()
    expectTypeOf<'approval'>().not.toExtend<Parameters<Screening['complete']>[0]>()
    expectTypeOf<WaitBodies<'screenCandidate'>['decision']>().toEqualTypeOf<Schemas['ScreeningDecision']>()
    expectTypeOf<WaitBodies<'screenCandidate'>['identity']>().toEqualTypeOf<Schemas['ScreeningVerdict']>()
    expectTypeOf<FoundHandle>().toExtend<AnyHandle>()
    expectTypeOf<FoundHandle['complete']>().toBeCallableWith('decision', { decision: 'CLEAR' })
    expectTypeOf<Awaits<OperationHandle<'importOrders'>['waits']>>().toEqualTypeOf<Wait[]>()
    expectTypeOf<Wait['state']>().toEqualTypeOf<'PENDING' | 'COMPLETED' | 'EXPIRED' | 'CANCELLED'>()
  })

  it('knows the status WAITING, in operations and webhooks', () => {
    expectTypeOf<'WAITING'>().toExtend<OperationHandle<'importOrders'>['snapshot']['status']>()
    expectTypeOf<'WAITING'>().toExtend<OperationWebhookEvent['event']>()
    expectTypeOf<OperationHandle<'importOrders'>['snapshot']>().toHaveProperty('waits')
  })

  it('has the problem of the contract', () => {
    expectTypeOf<Schemas['Problem']>().toExtend<ProblemDetails>()
    expectTypeOf<OperationFailed['problem']['code']>().toBeString()
  })
})
