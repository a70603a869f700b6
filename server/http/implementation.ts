import type { Implementation } from '../contract/implementation.ts'
import type { Backend } from './backend.ts'
import { customerEndpoints } from './customers.ts'
import { deliveryEndpoints } from './deliveries.ts'
import { fileEndpoints } from './files.ts'
import { keyEndpoints } from './keys.ts'
import { operationEventEndpoints } from './operation-events.ts'
import { operationSocketEndpoint } from './operation-socket.ts'
import { operationStreamEndpoint } from './operation-stream.ts'
import { operationEndpoints } from './operations.ts'
import { operationsStreamEndpoint } from './operations-stream.ts'
import { orderEndpoints } from './orders.ts'
import { reportEndpoints } from './reports.ts'
import { retryEndpoint } from './retry.ts'
import { submissionEndpoints } from './submissions.ts'
import { systemEndpoints } from './system.ts'
import { uploadEndpoints } from './uploads.ts'
import { receiverEndpoints } from './webhook-receivers.ts'

/** Every request of the contract; the compiler says which one is missing. */
export function implement(backend: Backend): Implementation {
  return {
    ...submissionEndpoints(backend),
    ...operationEndpoints(backend),
    ...operationEventEndpoints(backend),
    ...operationStreamEndpoint(backend),
    ...operationSocketEndpoint(backend),
    ...operationsStreamEndpoint(backend),
    ...retryEndpoint(backend),
    ...reportEndpoints(backend),
    ...customerEndpoints(backend),
    ...orderEndpoints(backend),
    ...uploadEndpoints(backend),
    ...fileEndpoints(backend),
    ...receiverEndpoints(backend),
    ...deliveryEndpoints(backend),
    ...keyEndpoints(backend),
    ...systemEndpoints(backend),
  }
}
