import type { WriteStream } from 'node:tty'
import type { Operation } from '../operations.ts'
import { progressOf } from './describe.ts'
import { printable } from './output.ts'

const width = 24

/** One line for each operation, redrawn in place. */
export function createBars(out: WriteStream) {
  const shown = new Map<string, string>()
  let drawn = 0

  function draw() {
    const rows = Math.max(1, (out.rows || 24) - 1)
    const lines = [...shown.values()]
    // The last ones that fit: a terminal cannot be redrawn above its first line.
    const fitting = lines.slice(-rows).map((line) => line.slice(0, (out.columns || 120) - 1))
    const up = drawn > 0 ? `\x1b[${drawn}A` : ''
    out.write(`${up}\r\x1b[J${fitting.map((line) => `${line}\n`).join('')}`)
    drawn = fitting.length
  }

  return {
    update(operation: Operation) {
      shown.set(operation.operationId, printable(barOf(operation)))
      draw()
    },
    /** The lines stay as they are. */
    end() {
      drawn = 0
    },
  }
}

function barOf(operation: Operation): string {
  const { operationId, type, status, done, progress } = operation
  const share = done && status.startsWith('COMPLETED') ? 1 : Math.min(100, Math.max(0, progress.percentage)) / 100
  const filled = Math.round(share * width)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  return `${operationId}  ${type.padEnd(16)} ${bar} ${done ? status : `${status} ${progressOf(operation)}`}`
}
