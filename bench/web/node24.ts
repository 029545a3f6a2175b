/**
 * The program in Node 24, whose engine has relaxed SIMD and keeps the order of instructions. An npm package has its binary.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { peerFolder } from '../peers/require.js'
import type { Answer, Request, Values } from './protocol.js'
import type { Channel } from './runtime.js'

/** What the program tells when it has started, and what it answers. */
export type NodeMessage =
  | { readonly version: string }
  | { readonly answer: unknown; readonly processorMilliseconds: number }
  | { readonly error: string }

const MAJOR = 24

/** The path of the binary: this process's own if it is new enough, else the package's; `null` where there is none. */
function findNode(): string | null {
  if (Number.parseInt(process.versions.node, 10) >= MAJOR) return process.execPath
  const folder = peerFolder(`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`)
  return folder && join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** Starts it; `null` where there is no Node 24. */
export async function startNode24(): Promise<Channel | null> {
  const execPath = findNode()
  if (execPath === null) return null
  const script = fileURLToPath(new URL('nodeProgram.ts', import.meta.url))
  // with the loader of TypeScript that this process runs with; peers write warnings to the output
  const child = fork(script, { execPath, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the process with Node ${MAJOR} ended with ${code ?? signal}`)
  })
  // it ends when it is told to, too
  ended.catch(() => {})
  const next = async () => (await Promise.race([once(child, 'message'), ended]))[0] as NodeMessage
  const { version } = (await next()) as { version: string }
  let used = 0
  return {
    name: `Node ${version.replace(/^v/, '')}`,
    async ask<R extends Request>(request: R, values: Values<R>) {
      child.send({ request, values })
      const message = await next()
      if ('error' in message) throw new Error(`Node ${version}: ${message.error}`)
      const { answer, processorMilliseconds } = message as { answer: Answer<R>; processorMilliseconds: number }
      used = processorMilliseconds
      return answer
    },
    processorMilliseconds: async () => used,
    stop: async () => void child.kill(),
  }
}
