/**
 * convforge itself as a contender.
 */
import { autograd, backends, nn, noGrad, type Tensor } from 'convforge'
import { type Contender, timeCalls } from './contender.js'
import { type Layer, specOf } from './layers.js'
import { CONVFORGE } from './names.js'
import { numbersOf, type Operands } from './operands.js'
import type { Precision } from './settings.js'

/** A call of convforge in one precision, and what it gives. */
export interface OwnContender extends Contender {
  readonly precision: Precision
  /** The algorithms that serve it. */
  readonly algorithm: string
  /** The results of a call, by name. */
  results(): Record<string, Float32Array>
}

/** The layer, without a tape. */
export function forwardContender(layer: Layer, operands: Operands, precision: Precision): OwnContender {
  const call = () => ({ output: apply(layer, operands) })
  return contender(layer, operands, precision, ['forward'], () => noGrad(call))
}

/** The layer and its three gradients. */
export function trainingContender(
  layer: Layer,
  { input, weight, bias }: Operands,
  outputGradient: Tensor,
  precision: Precision,
): OwnContender {
  const leaves = [input, weight, bias].map(tensor => tensor.detach().requiresGrad_()) as [Tensor, Tensor, Tensor]
  const operands: Operands = { input: leaves[0], weight: leaves[1], bias: leaves[2] }
  return contender(layer, operands, precision, ['forward', 'inputGradient', 'weightGradient'], () => {
    const output = apply(layer, operands)
    const [forInput, forWeight, forBias] = autograd.grad(output, leaves, outputGradient) as Tensor[]
    return { output, input: forInput!, weight: forWeight!, bias: forBias! }
  })
}

/** Sets the number of threads if the library can be told; the environment variable speaks to the rest. */
export function useThreads(threads: number): void {
  const { setNumThreads } = backends as { setNumThreads?: (threads: number) => void }
  setNumThreads?.(threads)
}

/** Runs `body` with algorithms that have a larger error allowed or not. */
export function withPrecision<T>(precision: Precision, body: () => T): T {
  backends.allowReducedPrecision(precision === 'reduced')
  try {
    return body()
  } finally {
    backends.allowReducedPrecision(true)
  }
}

/** Leaves out those that do what an earlier one does: the same algorithm, and the same results to the bit. */
export function distinct(contenders: readonly OwnContender[]): OwnContender[] {
  const seen = new Map<string, Record<string, Float32Array>>()
  return contenders.filter(({ algorithm, results }) => {
    const own = results()
    const before = seen.get(algorithm)
    seen.set(algorithm, own)
    return !before || Object.keys(own).some(name => own[name]!.some((value, i) => !Object.is(value, before[name]![i])))
  })
}

function apply({ stride, padding, dilation, groups }: Layer, { input, weight, bias }: Operands): Tensor {
  return nn.functional.conv2d(input, weight, bias, { stride, padding, dilation, groups })
}

function contender(
  layer: Layer,
  { input }: Operands,
  precision: Precision,
  passes: readonly backends.Pass[],
  call: () => Record<string, Tensor>,
): OwnContender {
  const run = () => {
    // a backend that puts off work until the memory is asked for must do it now
    for (const tensor of Object.values(call())) void tensor.storage.data
  }
  return {
    name: CONVFORGE[precision],
    precision,
    algorithm: passes.map(pass => algorithmName(layer, input.shape[0]!, pass, precision)).join(', '),
    results: () =>
      withPrecision(precision, () =>
        Object.fromEntries(Object.entries(call()).map(([name, tensor]) => [name, numbersOf(tensor)])),
      ),
    time: calls => withPrecision(precision, () => timeCalls(run, calls)),
  }
}

function algorithmName(layer: Layer, batch: number, pass: backends.Pass, precision: Precision): string {
  const reducedPrecision = precision === 'reduced'
  const problem = {
    spec: specOf(layer, batch),
    pass,
    dtype: 'float32',
    format: 'contiguous',
    reducedPrecision,
  } as const
  return backends.planConvolution(problem).chosen.name
}
