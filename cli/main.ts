#!/usr/bin/env node
import { CommanderError } from 'commander'
import { CliError, describeError, oneLine } from './error.js'
import { createProgram } from './program.js'

// `convforge info | head -1` closes the pipe early, which is no failure of ours.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

process.on('uncaughtException', fail)

createProgram().parseAsync().catch(fail)

/** Whatever went wrong ends as one line. CONVFORGE_DEBUG=1 adds where it happened. */
function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return
  process.exitCode = exitCode(error)
  if (error instanceof CommanderError && error.code === 'commander.help') return
  process.stderr.write(`convforge: ${messageOf(error)}\n`)
  if (process.env['CONVFORGE_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
}

function exitCode(error: unknown): number {
  if (error instanceof CliError) return error.exitCode
  return error instanceof CommanderError ? 2 : 1
}

function messageOf(error: unknown): string {
  if (error instanceof CliError) return oneLine(error.message)
  if (error instanceof CommanderError) return oneLine(error.message.replace(/^error: /, ''))
  if (error instanceof RangeError && /allocat|array length|heap/i.test(error.message))
    return 'not enough memory for this picture'
  return describeError(error)
}
