import { probeEngine } from '../../src/backends/wasm/engine.js'
import { withoutThreads } from '../../src/backends/wasm/runtime/workers.js'
import { cpu, instructionSet, unavailable } from '../../src/backends/x64/runtime/index.js'
import { backends } from '../../src/index.js'

export interface BackendInfo extends backends.BackendDescription {
  /** What it uses here. */
  readonly details: readonly string[]
}

const DETAILS: Readonly<Record<string, () => string[]>> = { x64: describeMachineCode, wasm: describeWebAssembly }

export function describeBackends(): BackendInfo[] {
  return backends.describeBackends().map(backend => ({ ...backend, details: DETAILS[backend.name]?.() ?? [] }))
}

/** The best backend that may serve, or what is wrong with the setting. */
export function describeServing(): string {
  return orProblem(() => {
    const name = backends.getBackend()
    // refuses a setting that whatever this backend is to compute would be refused for
    if (name === 'x64') instructionSet()
    return name
  })
}

function describeMachineCode(): string[] {
  if (unavailable() !== null) return []
  const { l1d, l2, l3 } = cpu()
  return [
    `instruction set  ${orProblem(() => instructionSet() ?? 'none')}`,
    `threads          ${orProblem(() => String(backends.getNumThreads()))}`,
    `caches           L1d ${formatBytes(l1d)}, L2 ${formatBytes(l2)}, L3 ${formatBytes(l3)}`,
  ]
}

function describeWebAssembly(): string[] {
  const engine = probeEngine()
  if (typeof engine === 'string') return []
  return [
    `fused products   ${engine.fma ? 'yes' : 'no (this runtime lacks relaxed SIMD)'}`,
    `threads          ${orProblem(() => withoutThreads() ?? String(backends.getNumThreads()))}`,
  ]
}

/** A setting that is refused is shown with the reason: whoever asks for this page may be looking for it. */
function orProblem(read: () => string): string {
  try {
    return read()
  } catch (error) {
    return (error as Error).message
  }
}

/** 49152 as 48 KiB. */
export function formatBytes(bytes: number): string {
  const [size, unit] = bytes >= 2 ** 20 ? [2 ** 20, 'MiB'] : [2 ** 10, 'KiB']
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
