import { backends } from '../../src/index.js'
import { checkLayer } from '../../src/nn/explain.js'
import { CliError } from '../error.js'
import type { LayerDescription } from './layer.js'

/** The layer, its ConvSpec, and which algorithm serves it and why. */
export function printLayer(layer: LayerDescription): string {
  const { module, spec, pass } = check(layer)
  const { verdicts, chosen } = backends.planConvolution({
    spec,
    pass,
    dtype: layer.dtype,
    format: 'contiguous',
    reducedPrecision: backends.isReducedPrecisionAllowed(),
  })
  const width = Math.max(...verdicts.map(({ algorithm }) => algorithm.name.length))
  const candidates = verdicts.map(({ algorithm, refusal }) => {
    const answer = algorithm === chosen ? 'chosen' : (refusal && `refused: ${refusal}`) || 'accepts it, and comes later'
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
