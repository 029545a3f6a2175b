/**
 * The backends, best first. A new one is a folder and a line here.
 *
 * @module
 */
import type { ConvAlgorithm } from '../conv/algorithm.js'
import { RuntimeError, ValueError } from '../errors.js'
import type { TypedArray } from '../tensor/dtype.js'
import { whenMemoryIsNew } from '../tensor/storage.js'
import { compiledConvolutions } from './compiled/convolutions.js'
import { matrixProduct } from './compiled/matrixProduct.js'
import { compiledVectors } from './compiled/vectors.js'
import type { MatrixAlgorithm } from './matrixProduct.js'
import { directConvolution } from './portable/direct.js'
import { referenceConvolution } from './reference/convolution.js'
import type { VectorOperations } from './vectorOperations.js'
import { unavailable as wasmUnavailable } from './wasm/engine.js'
import { wasmTarget } from './wasm/target.js'
import { x64 } from './x64/index.js'

/** Something that computes. */
export interface Backend {
  readonly name: string
  readonly description: string
  /** `null` if it can run here, else a sentence that says why not. */
  unavailable(): string | null
  /** What its plans depend on besides their problems, which may be set anew at any time. Default: nothing. */
  setting?(): string | null
  /** Has a new and large array of a tensor get memory that serves it well. Default: nothing. */
  prepareMemory?(array: TypedArray): void
  /** Its ways of computing convolutions, best first. */
  readonly convolutions: readonly ConvAlgorithm[]
  /** What it computes besides. Default: nothing. */
  readonly vectors?: VectorOperations
  /** Its way of computing products of matrices. Default: none. */
  readonly matrixProduct?: MatrixAlgorithm
}

/** Every backend there is, best first, whether or not it can run here. */
export const BACKENDS: readonly Backend[] = [
  x64,
  {
    name: 'wasm',
    description: 'WebAssembly SIMD emitted for the exact layer; for browsers and all other systems',
    unavailable: wasmUnavailable,
    convolutions: compiledConvolutions(wasmTarget),
    vectors: compiledVectors(wasmTarget),
    matrixProduct: matrixProduct(wasmTarget),
  },
  {
    name: 'portable',
    description: 'register-tiled loops in plain TypeScript; runs everywhere',
    unavailable: () => null,
    convolutions: [directConvolution],
  },
  {
    name: 'reference',
    description: 'plain loops accumulating in float64: the truth the others are tested against',
    unavailable: () => null,
    convolutions: [referenceConvolution],
  },
]

let chosen: string | null | undefined
let best: string | undefined

/**
 * The name of the best backend that may serve: that of `setBackend`, else of the environment variable
 * `CONVFORGE_BACKEND`, else the first that can run here.
 *
 * @throws {ValueError} if `CONVFORGE_BACKEND` is no backend
 */
export function getBackend(): string {
  if (chosen === undefined) {
    const name = (globalThis as { process?: Partial<NodeJS.Process> }).process?.env?.['CONVFORGE_BACKEND']
    chosen = name ? checkBackend(name, 'CONVFORGE_BACKEND') : null
  }
  best ??= BACKENDS.find(backend => backend.unavailable() === null)!.name
  return chosen ?? best
}

/**
 * Chooses the best backend that may serve by hand. What it cannot do, those after it in the list do.
 *
 * @param name one of `describeBackends()`; `null` for the first that can run here
 * @throws {ValueError} if there is none of this name
 * @throws {RuntimeError} if it cannot run here
 *
 * @example
 * backends.setBackend('portable') // no machine code
 */
export function setBackend(name: string | null): void {
  chosen = name === null ? null : checkBackend(name, 'setBackend(): name')
}

whenMemoryIsNew(array => BACKENDS.find(({ name }) => name === getBackend())!.prepareMemory?.(array))

/** Runs `body` with a backend that has been chosen before. */
export function underBackend(name: string, body: () => void): void {
  const before = chosen
  chosen = name
  try {
    body()
  } finally {
    chosen = before
  }
}

function checkBackend(name: string, what: string): string {
  const backend = BACKENDS.find(candidate => candidate.name === name)
  if (!backend) {
    throw new ValueError(`${what} must be one of ${BACKENDS.map(own => own.name).join(', ')}, but is '${String(name)}'`)
  }
  const refusal = backend.unavailable()
  if (refusal !== null) throw new RuntimeError(`${what} is '${name}', which cannot run here: ${refusal}`)
  return name
}

/** The backends that may serve, best first. */
export function usedBackends(): Backend[] {
  const from = BACKENDS.findIndex(backend => backend.name === getBackend())
  return BACKENDS.slice(from).filter(backend => backend.unavailable() === null)
}

/** The first result that is not `null`, of the backends that may serve, best first. */
export function eachBackend<Result>(ask: (backend: Backend) => Result | null): Result | null {
  const best = getBackend()
  let isUsed = false
  for (let i = 0; i < BACKENDS.length; i++) {
    const backend = BACKENDS[i]!
    isUsed ||= backend.name === best
    const result = isUsed && backend.unavailable() === null ? ask(backend) : null
    if (result !== null) return result
  }
  return null
}

/** The parts of {@link servingKey}, as they are and as they were when it was made. */
const parts: { now: string[]; made: string[] } = { now: [], made: [] }
let madeKey = ''

/** A text that is the same as long as the same backends serve, with the same settings. */
export function servingKey(): string {
  const best = getBackend()
  const { now, made } = parts
  let isUsed = false
  let isSame = made.length > 0
  for (let i = 0; i < BACKENDS.length; i++) {
    const { name, setting, unavailable } = BACKENDS[i]!
    isUsed ||= name === best
    const part = !isUsed ? '' : setting && unavailable() === null ? (setting() ?? '-') : '-'
    now[i] = part
    isSame &&= made[i] === part
  }
  if (isSame) return madeKey
  parts.now = made
  parts.made = now
  madeKey = BACKENDS.flatMap(({ name }, i) => (now[i] ? `${name} ${now[i]}` : [])).join()
  return madeKey
}

/** A backend and whether it can run here. */
export interface BackendDescription {
  readonly name: string
  readonly available: boolean
  /** What it is, or why it cannot run here. */
  readonly reason: string
}

/** All backends, best first. */
export function describeBackends(): BackendDescription[] {
  return BACKENDS.map(({ name, description, unavailable }) => {
    const refusal = unavailable()
    return { name, available: refusal === null, reason: refusal ?? description }
  })
}
