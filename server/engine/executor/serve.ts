import type { Pool } from 'pg'
import { DatabaseAway } from '../../database/away.ts'
import type { Db } from '../../database/db.ts'
import { type StorageRoom, watchStorageRoom } from '../../database/storage-room.ts'
import type { FileStore } from '../../files/store.ts'
import type { Vendors } from '../../handlers/define.ts'
import type { PhaseRule } from '../../lifecycle/progress.ts'
import type { FromExecutor, Question, ToExecutor } from '../protocol.ts'
import type { Handlers } from '../rules.ts'
import { type OpenAttempt, openAttempt } from './attempt.ts'

/** What the attempts of an executor share. */
export type Resources = {
  db: Db
  copyPool: Pool
  files: FileStore
  vendors: Vendors
  handlers: Handlers
  phases: Readonly<Record<string, readonly PhaseRule[]>>
  /** How long a completed operation of each type is kept. */
  completedSeconds: Readonly<Record<string, number>>
  failedSeconds: Readonly<Record<string, number>>
  ownerOperations: number | undefined
  ownerStoredBytes: number | undefined
}

/** And what this executor remembers of owners. */
export type Shared = Resources & { storageRoom: StorageRoom | undefined }

/** The line to the worker. */
export type Line = {
  send(message: FromExecutor): void
  /**
   * Asks for a fenced write about a step, or for what was said before to be written. False: the attempt no longer holds the
   * operation. Throws when it could not be made.
   */
  ask(key: string, about: Question): Promise<boolean>
}

/** Runs what it is told to. Answers how it hears. */
export function serve(
  resources: Resources,
  send: (messages: FromExecutor[]) => void,
): (messages: ToExecutor[]) => void {
  const cap = resources.ownerStoredBytes
  const storageRoom = cap === undefined ? undefined : watchStorageRoom(resources.db, cap)
  const shared = { ...resources, storageRoom }
  const attempts = new Map<string, OpenAttempt>()
  const questions = new Map<number, PromiseWithResolvers<boolean> & { key: string }>()
  let asked = 0
  let outgoing: FromExecutor[] = []

  const line: Line = {
    send(message) {
      // What is said in one turn of the loop travels together.
      if (outgoing.length === 0) setImmediate(flush)
      outgoing.push(message)
    },
    ask(key, about) {
      asked += 1
      const answer = { ...Promise.withResolvers<boolean>(), key }
      questions.set(asked, answer)
      line.send({ say: 'ask', key, question: asked, about })
      return answer.promise
    },
  }

  function flush() {
    const messages = outgoing
    outgoing = []
    send(messages)
  }

  function hear(message: ToExecutor) {
    switch (message.say) {
      case 'run':
        attempts.set(message.order.key, openAttempt(shared, line, message.order))
        return
      case 'interrupt':
        return attempts.get(message.key)?.interrupt(message.kind)
      case 'unwind':
        return attempts.get(message.key)?.unwind()
      case 'close':
        attempts.delete(message.key)
        // Nobody is left to answer a handler that was given up.
        for (const { key, resolve } of questions.values()) if (key === message.key) resolve(false)
        return
      case 'ping':
        return line.send({ say: 'pong', rssBytes: process.memoryUsage.rss() })
      case 'reply': {
        const answer = questions.get(message.question)
        questions.delete(message.question)
        if (message.error === undefined) answer?.resolve(message.written)
        else answer?.reject(message.away ? new DatabaseAway(message.error) : new Error(message.error))
      }
    }
  }

  line.send({ say: 'ready' })
  return (messages) => messages.forEach(hear)
}
