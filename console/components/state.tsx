import { statusText } from './status.tsx'

export type Tone = 'good' | 'warn' | 'bad' | 'quiet'

/** The state of a schedule, receiver, key or delivery, as a word that has a colour. */
export function State({ state, tone }: { state: string; tone: Tone }) {
  return <span className={`state named ${tone}`}>{statusText(state)}</span>
}
