import { isDatabaseUnavailable } from '../../database/errors.ts'
import { beginWait, type NewWait } from '../../database/operations/waits.ts'
import * as telemetry from '../../telemetry/events.ts'
import { type AttemptContext, facts } from '../context.ts'
import type { FromExecutor, StepWrite, WriteRequest, WriteResponse } from '../executor/protocol.ts'
import { persist } from './writes.ts'

/** Writes what an executor reports about one attempt while its handler runs. */
export type ReportedWrites = {
  progress(message: Pick<Extract<FromExecutor, { type: 'progress' }>, 'progress' | 'change' | 'lines'>): void
  /** Resolves when the progress that was reported so far is written. */
  flushed(): Promise<void>
  /** Carries out a request of the executor. Never rejects. */
  respond(request: WriteRequest): Promise<WriteResponse>
}

export function createReportedWrites(context: AttemptContext): ReportedWrites {
  const { engine, row } = context
  const { operationId, attempt } = row
  /** The last write of progress, and of a step. */
  let progressWrite: Promise<void> = Promise.resolve()
  let stepWrite: Promise<unknown> = Promise.resolve()

  /** One after the other, because all of them lock the operation's row: steps that run at the same time start in the order of their positions. */
  function writeStepInOrder(step: StepWrite): Promise<WriteResponse> {
    const writing = stepWrite.then(() => writeStep(step))
    stepWrite = writing
    return writing
  }

  async function writeStep(step: StepWrite): Promise<WriteResponse> {
    try {
      const result = await engine.writes.step({ operationId, attempt }, step)
      if (result === 'refused') logRefused(context, step.write)
      else if (step.write === 'startStep' || (step.write === 'finishStep' && step.undoable))
        context.owesCompensation = true
      return { result }
    } catch (cause) {
      return failed(cause, 'the step could not be recorded')
    }
  }

  async function writeWait(wait: NewWait): Promise<WriteResponse> {
    try {
      const begun = await persist(() => beginWait(engine.db, { operationId, attempt, ...wait }), engine.stopped)
      if (!begun) logRefused(context, 'beginWait')
      return begun ? { result: 'written', wait: begun } : { result: 'refused' }
    } catch (cause) {
      return failed(cause, 'the wait could not be recorded')
    }
  }

  function failed(cause: unknown, error: string): WriteResponse {
    logAttemptError(context, cause)
    return { result: 'failed', error, databaseUnavailable: isDatabaseUnavailable(cause) }
  }

  return {
    progress({ progress, change, lines }) {
      if (!progress && lines.length === 0) return
      const writing = engine.writes.progress({ operationId, attempt, progress, change, lines })
      progressWrite = writing.then((result) => {
        if (result === 'refused') logRefused(context, 'progress')
      })
    },
    flushed: () => progressWrite,
    async respond(request) {
      if (request.write === 'beginWait') return writeWait(request)
      if (request.write !== 'flush') return writeStepInOrder(request)
      await progressWrite
      return { result: 'written' }
    },
  }
}

export function logRefused(context: AttemptContext, write: string) {
  telemetry.lateWriteRefused(context.engine.log, { ...facts(context), write })
}

export function logAttemptError({ engine, row }: AttemptContext, cause: unknown) {
  const { workerId, operationId } = row
  telemetry.workerError(engine.log, { workerId: workerId ?? '', doing: `attempt ${operationId}`, cause })
}
