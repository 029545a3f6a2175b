/**
 * Which algorithms a suite runs on: sets that together can do every pass.
 *
 * @module
 */
import { backends, type DType } from '../src/index.js'
import { problemOf } from './differential/support/operands.js'
import { PLAIN } from './differential/support/specs.js'

export interface AlgorithmSet {
  /** For the names of tests. */
  readonly title: string
  readonly names: readonly string[]
  /** Whether the first of them takes this dtype. */
  takes(dtype: DType): boolean
}

const all = backends.convolutionAlgorithms()

const set = (...names: string[]): AlgorithmSet => ({
  title: names[0]!,
  names,
  takes: dtype => all.find(algorithm => algorithm.name === names[0])!.refuse(plain(dtype)) === null,
})

/** A convolution that every algorithm takes if it takes the dtype. */
const plain = (dtype: DType) => {
  const size = [1, 56, 56] as const
  return problemOf({ ...PLAIN, inChannels: 64, outChannels: 64, batch: 1, input: size, output: size }, 'forward', dtype)
}

/** Every way of computing convolutions with plain sums. */
export const ALGORITHM_SETS: readonly AlgorithmSet[] = [
  ...['x64', 'wasm'].flatMap(backend =>
    all.some(algorithm => algorithm.name.startsWith(`${backend}/`))
      ? ['channel-lanes', 'pixel-lanes'].map(lanes => set(`${backend}/${lanes}`, `${backend}/weight-gradient`))
      : [],
  ),
  set('portable/direct'),
  set('reference'),
]

/** Whether an algorithm is one of the backend that this run is about, if it is about one and that one can run here. */
export function isConcerned(name: string): boolean {
  const backend = process.env['TESTS_OF_BACKEND']
  return !backend || !all[0]!.name.startsWith(`${backend}/`) || name.startsWith(`${backend}/`)
}

/** Those that take a dtype. */
export const setsFor = (dtype: DType): AlgorithmSet[] => ALGORITHM_SETS.filter(own => own.takes(dtype))
