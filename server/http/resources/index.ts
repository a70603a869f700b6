import type { Implementation } from '../../contract/implementation.ts'
import type { Backend } from '../backend.ts'
import { batchEndpoints } from './batches.ts'
import { consoleEndpoints } from './console.ts'
import { customerEndpoints } from './customers.ts'
import { deliveryEndpoints } from './deliveries.ts'
import { fileEndpoints } from './files.ts'
import { guideEndpoints } from './guides.ts'
import { keyEndpoints } from './keys.ts'
import { operationEventEndpoints } from './operation-events.ts'
import { operationStreamEndpoints } from './operation-stream.ts'
import { operationEndpoints } from './operations.ts'
import { operationsStreamEndpoint } from './operations-stream.ts'
import { orderEndpoints } from './orders.ts'
import { reportEndpoints } from './reports.ts'
import { retryEndpoint } from './retry.ts'
import { scheduleEndpoints } from './schedules.ts'
import { statisticsEndpoints } from './statistics.ts'
import { submissionEndpoints } from './submit.ts'
import { systemEndpoints } from './system.ts'
import { uploadEndpoints } from './uploads.ts'
import { waitEndpoints } from './waits.ts'
import { receiverEndpoints } from './webhook-receivers.ts'
import { workerEndpoints } from './workers.ts'

/** All operations of the spec. */
export function implement(backend: Backend): Implementation {
  return {
    ...submissionEndpoints(backend),
    ...operationEndpoints(backend),
    ...operationEventEndpoints(backend),
    ...operationStreamEndpoints(backend),
    ...operationsStreamEndpoint(backend),
    ...retryEndpoint(backend),
    ...batchEndpoints(backend),
    ...waitEndpoints(backend),
    ...reportEndpoints(backend),
    ...customerEndpoints(backend),
    ...orderEndpoints(backend),
    ...uploadEndpoints(backend),
    ...fileEndpoints(backend),
    ...scheduleEndpoints(backend),
    ...receiverEndpoints(backend),
    ...deliveryEndpoints(backend),
    ...statisticsEndpoints(backend),
    ...workerEndpoints(backend),
    ...keyEndpoints(backend),
    ...systemEndpoints(backend),
    ...consoleEndpoints(backend),
    ...guideEndpoints(backend),
  }
}
