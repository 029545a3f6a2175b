import { backends } from '../../src/index.js'
import { checkLayer } from '../../src/nn/explain.js'
import { CliError } from '../error.js'
import type { LayerDescription } from './layer.js'

/** How a layer is computed. */
export function planLayer(layer: LayerDescription) {
  const { module, spec, pass } = check(layer)
  const reducedPrecision = backends.isReducedPrecisionAllowed()
  const plan = backends.planConvolution({ spec, pass, dtype: layer.dtype, format: 'contiguous', reducedPrecision })
  return { module, plan }
}

/** The layer, its ConvSpec, and which algorithm serves it and why. */
export function printLayer(layer: LayerDescription): string {
  const { module, plan } = planLayer(layer)
  const { verdicts, chosen } = plan
  const { spec, pass } = plan.problem
  const width = Math.max(...verdicts.map(({ algorithm }) => algorithm.name.length))
  const candidates = verdicts.map(({ algorithm, refusal, yields }) => {
    const answer = algorithm === chosen ? 'chosen' : describeVerdict(refusal, yields)
    return `  ${algorithm.name.padEnd(width)}  ${answer}`
  })
  const numbers = Object.entries(spec).map(([name, value]) => `  ${name.padEnd(12)} ${show(value)}`)
  const note = pass === 'forward' ? '' : ', run backwards: the transposed convolution is its input gradient'
  return [
    `${module}, ${layer.dtype}`,
    `ConvSpec${note}`,
    ...numbers,
    `${count(backends.multiplyAdds(spec))} multiply-adds`,
    'candidates, best first',
    ...candidates,
    '',
  ].join('\n')
}

function describeVerdict(refusal: string | null, yields: string | null): string {
  if (refusal !== null) return `refused: it ${refusal}`
  return yields === null ? 'accepts it, and comes later' : `yields: it ${yields}`
}

function check(layer: LayerDescription): ReturnType<typeof checkLayer> {
  try {
    return checkLayer(layer)
  } catch (error) {
    // such a layer cannot be: PyTorch's own words say why
    throw new CliError((error as Error).message, 1)
  }
}

const show = (value: unknown) => (Array.isArray(value) ? value.join(' x ') : String(value))

/** 115605504 as 115.6 million. */
function count(amount: number): string {
  for (const [size, name] of [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1e3, 'thousand'],
  ] as const) {
    if (amount >= size) return `${(amount / size).toFixed(1)} ${name}`
  }
  return String(amount)
}
