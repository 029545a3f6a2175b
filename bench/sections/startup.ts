/**
 * The section `startup`: what it costs to begin, each time in a fresh process, and what the smallest call costs.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { RESNET18_LAYERS } from '../layers.js'
import { ONNXRUNTIME, PYTORCH } from '../names.js'
import { operandsOf } from '../operands.js'
import { PyTorch } from '../peers/pytorch.js'
import type { Session } from '../session.js'
import type { FirstCalls } from '../startup/firstCalls.js'
import { loadTime } from '../startup/load.js'
import { spread } from '../statistics.js'
import { tinyLayer } from './layers.js'

/** Milliseconds: see `StartupResult`. */
interface Start extends FirstCalls {
  readonly load: number
}

const FEWEST_STARTS = 3
const STARTS = 7

export async function startupSection(session: Session): Promise<void> {
  await tinyLayer(session)
  const { settings, threads, hasOnnxruntime, pytorch, send } = session
  const starters = new Map<string, () => Start | Promise<Start>>([['convforge', () => startNode('convforge', threads)]])
  if (hasOnnxruntime) starters.set(ONNXRUNTIME, () => startNode('onnxruntime', threads))
  if (pytorch) starters.set(PYTORCH, () => startPython(threads))
  const starts = new Map<string, Start[]>([...starters.keys()].map(name => [name, []]))
  const rounds = settings.rounds < STARTS ? FEWEST_STARTS : STARTS
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of starters) starts.get(name)!.push(await start())
  }
  for (const [name, all] of starts) {
    const of = (what: keyof Start) => spread(all.map(start => start[what]))
    send({ kind: 'startup', startup: { name, threads, load: of('load'), first: of('first'), later: of('later') } })
  }
}

function startNode(name: 'convforge' | 'onnxruntime', threads: number): Start {
  const script = fileURLToPath(new URL(`../startup/${name}.ts`, import.meta.url))
  // with the loader of TypeScript that this process runs with
  const text = execFileSync(process.execPath, [...process.execArgv, script, String(threads)], { encoding: 'utf8' })
  return { load: loadTime(name), ...(JSON.parse(text) as FirstCalls) }
}

async function startPython(threads: number): Promise<Start> {
  const pytorch = await PyTorch.start(threads)
  if (!pytorch) throw new Error('PyTorch started before and does not now')
  try {
    const total = { load: pytorch.greeting.load, first: 0, later: 0 }
    for (const layer of RESNET18_LAYERS) {
      const { first, later } = await pytorch.hand<FirstCalls>('first_call', { layer }, { ...operandsOf(layer, 1) })
      total.first += first
      total.later += later
    }
    return total
  } finally {
    pytorch.stop()
  }
}
