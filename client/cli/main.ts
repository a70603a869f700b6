#!/usr/bin/env node
import { exitCodeOf } from './exit-code.ts'
import { report } from './output.ts'
import { createProgram } from './program.ts'

// A reader such as `head` may close the pipe early, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

try {
  await createProgram().parseAsync()
} catch (error) {
  report(error)
  process.exitCode = exitCodeOf(error)
}
