import type { WriteStream } from 'node:tty'

const width = 28

export type ProgressBar = {
  /** `percentage` 0–100. `message`: what is being done. */
  update(percentage: number, note?: string, message?: string): void
  /** Finishes the line, by default at 100 %. */
  end(note: string, percentage?: number): void
}

/** A progress bar on a terminal; elsewhere one line for each new note. */
export function progressBar(label: string, out: WriteStream = process.stdout): ProgressBar {
  const title = label.padEnd(26)
  let lastNote: string | undefined

  function line(percentage: number, note: string): string {
    const filled = Math.round((Math.min(100, Math.max(0, percentage)) / 100) * width)
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
    return `  ${title} ${bar} ${String(Math.round(percentage)).padStart(3)}%  ${note}`
  }

  const plain = (percentage: number, note: string) =>
    `  ${title} ${String(Math.round(percentage)).padStart(3)}%  ${note}`

  return {
    update(percentage, note = '', message) {
      const text = message === undefined ? note : `${note}: ${message}`
      if (out.isTTY) out.write(`\r\x1b[K${line(percentage, text).slice(0, out.columns || 120)}`)
      else if (note !== lastNote && percentage < 100) out.write(`${plain(percentage, text)}\n`)
      lastNote = note
    },
    end(note, percentage = 100) {
      if (out.isTTY) out.write(`\r\x1b[K${line(percentage, note)}\n`)
      else out.write(`${plain(percentage, note)}\n`)
    },
  }
}
