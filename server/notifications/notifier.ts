import type { OwnedEvent } from '../database/operations/owner-events.ts'

/**
 * `submitted`: an operation may be waiting, for workers. `changed`: a running operation was asked to stop, for its worker. `due`: an operation
 * need not wait for its dependencies any more, for workers; `resolve_dependents` sends it too. `moved`: an operation has a new event, for
 * subscribers; `submitted` and `changed` imply a new event as well. A notification of these kinds contains ids only. It may be lost, so every
 * receiver also polls.
 *
 * Sent only by a notifier that wakes one worker and carries events: `created`, an operation was created, and its worker was woken; `carried`,
 * an operation has new events, and those who follow the operation got them.
 */
export type NotificationKind = (typeof notificationKinds)[number]

export const notificationKinds = ['submitted', 'changed', 'due', 'moved', 'created', 'carried'] as const

export function isKind(text: string | undefined): text is NotificationKind {
  return (notificationKinds as readonly (string | undefined)[]).includes(text)
}

/** New events of one operation. `bodies`: a JSON array of them, oldest first, as the statement that wrote them returned it. */
export type NewEvents = { operationId: string; ownerId?: string | undefined; bodies?: string | null | undefined }

/** Whose events to receive: those of one operation, or of all operations of an owner. */
export type FollowedEvents = { ownerId: string; operationId?: string }

export type Following = {
  /** Resolves when events committed later are received; undefined if the notifier carries none. Takes at most 100 ms and never fails. */
  ready: Promise<void> | undefined
  stop(): void
}

/** Calls `onEvents` with new events in the order of their sequences; with none when the rows must be read. */
export type OnEvents = (operationId: string, events: OwnedEvent[]) => void

/**
 * Tells other processes that something may have changed. Nothing depends on it: a notification may be lost, late, repeated or out of order.
 * test/notifications/conformance.long.test.ts is the specification; docs/notifications.md shows how to write another one.
 */
export type Notifier = {
  /** Notifies every listening process. Returns at once and never fails; while the connection is down, notifications are dropped. */
  notify(kind: NotificationKind, ...operationIds: string[]): void
  /** `submitted` for operations of one type. A notifier that can wakes one worker that listens for the type, instead of all. */
  wake(type: string, ...operationIds: string[]): void
  /** Whether the statements that write events should return their bodies for `publish`. */
  carriesEvents(): boolean
  /** `moved` for these operations. Bodies are sent to those who follow the operation; without bodies the receivers read the rows. */
  publish(events: readonly NewEvents[]): void
  /** Calls `onNotified` with the ids of each notification of this kind, including this process's own. Returns a function that stops listening. */
  listen(kind: NotificationKind, onNotified: (operationIds: string[]) => void): () => void
  /**
   * Calls `onWake` when `wake` has chosen this process. If the process cannot run the operations, it must call `pass`, which notifies all
   * workers. A notifier that wakes all workers calls the listeners of `submitted` instead. Returns a function that stops listening.
   */
  listenForWakes(types: readonly string[], onWake: (pass: () => void) => void): () => void
  /** Receives the events that `publish` sends with their bodies. */
  follow(followed: FollowedEvents, onEvents: OnEvents): Following
  /** Calls `onResumed` whenever listening starts, also after a reconnect: earlier notifications are lost. Returns a function that removes it. */
  resumed(onResumed: () => void): () => void
  /** Takes at most 2 seconds. */
  close(): Promise<void>
}
