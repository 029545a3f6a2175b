/**
 * The program in a process of Node 24; see `node24.ts`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { peerFolder, requirePeer } from '../peers/require.js'
import type { NodeMessage } from './node24.js'
import { Program } from './program.js'
import type { Request, Values } from './protocol.js'

const program = new Program({
  load: async name => requirePeer(name),
  versionOf: async name => JSON.parse(readFileSync(`${peerFolder(name)}/package.json`, 'utf8')).version,
  tensorflowFiles: join(peerFolder('@tensorflow/tfjs-backend-wasm') ?? '', 'dist/'),
  // libraries do not ask Node
  withProcessors: (_, body) => body(),
})

const send = (message: NodeMessage) => void process.send!(message)

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

process.on('message', async ({ request, values }: { request: Request; values: Values<Request> }) => {
  try {
    const answer = await program.answer(request, values)
    send({ answer, processorMilliseconds: processorMilliseconds() })
  } catch (error) {
    send({ error: (error as Error).message })
  }
})
process.once('disconnect', () => process.exit())
send({ version: process.version })
