/**
 * One process with one number of threads: runs the sections and sends what it finds to the process that started it.
 */
import { useThreads } from './convforge.js'
import { fmaPeak } from './fmaPeak.js'
import { onnxruntimeVersion } from './peers/onnxruntime.js'
import { PyTorch } from './peers/pytorch.js'
import { foreignClock } from './processor.js'
import type { Result, StartupResult } from './result.js'
import { layersSection } from './sections/layers.js'
import { resnet18Section } from './sections/resnet18.js'
import { startupSection } from './sections/startup.js'
import { trainingSection } from './sections/training.js'
import { webSection, webTrainingSection } from './sections/web.js'
import type { Section, Settings } from './settings.js'

/** What a session tells the process that started it. */
export type Message =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'startup'; readonly startup: StartupResult }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'disagreement'; readonly text: string }
  | { readonly kind: 'version'; readonly name: string; readonly version: string }

/** What a section works with. */
export interface Session {
  readonly settings: Settings
  readonly threads: number
  /** What the contenders run in, with its version. */
  readonly runtime: string
  readonly hasOnnxruntime: boolean
  /** `null` where it is not installed or not asked for. */
  readonly pytorch: PyTorch | null
  /** What one core can do here at most; see `fmaPeak.ts`. */
  readonly fmaPeak: number | null
  /** The processor time of other programs; see `processor.ts`. */
  readonly foreign: () => Promise<number>
  readonly send: (message: Message) => void
}

const RUN: Readonly<Record<Section, (session: Session) => Promise<void>>> = {
  layers: layersSection,
  training: trainingSection,
  resnet18: resnet18Section,
  startup: startupSection,
  web: webSection,
  'web-training': webTrainingSection,
}

async function run(settings: Settings, threads: number): Promise<void> {
  const send = (message: Message) => void process.send!(message)
  useThreads(threads)
  const isForBrowsers = settings.sections.every(section => section === 'web' || section === 'web-training')
  const pytorch = isForBrowsers ? null : await startPyTorch(settings, threads, send)
  const hasOnnxruntime = !isForBrowsers && settings.peers.includes('onnxruntime-node')
  if (hasOnnxruntime) send({ kind: 'version', name: 'onnxruntime-node', version: onnxruntimeVersion() })
  const peak = isForBrowsers ? null : fmaPeak()
  const runtime = `Node ${process.versions.node}`
  const foreign = foreignClock(async () => (await pytorch?.processorMilliseconds()) ?? 0)
  try {
    for (const section of settings.sections) {
      await RUN[section]({ settings, threads, runtime, hasOnnxruntime, pytorch, fmaPeak: peak, foreign, send })
    }
  } finally {
    pytorch?.stop()
  }
}

async function startPyTorch(settings: Settings, threads: number, send: Session['send']): Promise<PyTorch | null> {
  if (!settings.peers.includes('pytorch')) return null
  const pytorch = await PyTorch.start(threads)
  if (pytorch === null) {
    send({ kind: 'note', text: 'PyTorch is left out: no Python with torch (CONVFORGE_PYTHON names another Python)' })
    return null
  }
  const { version, onednn, blas } = pytorch.greeting
  send({ kind: 'version', name: 'PyTorch', version: `${version} (oneDNN ${onednn ? 'on' : 'missing'}, BLAS ${blas})` })
  return pytorch
}

// neither Ctrl-C nor the end of the process that started this one leaves anything running or lying about
process.once('SIGINT', () => process.exit(130))
process.once('disconnect', () => process.exit())

const [settings, threads] = JSON.parse(process.argv[2]!) as [Settings, number]
await run(settings, threads)
process.disconnect()
