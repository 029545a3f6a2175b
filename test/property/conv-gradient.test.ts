/**
 * Gradients against finite differences. A convolution is linear in each of its arguments, so on whole numbers the
 * difference at a step of 1 is the derivative, exactly: no tolerance is needed.
 */
import { autograd, nn, noGrad, type Tensor, tensor } from '../../src/index.js'
import { type ConvCase, convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { dot, generator, numbers, values } from './support/numbers.js'

type Scalar = (...arguments_: Tensor[]) => Tensor

/** The sum of products, on the tape. */
const inner = (a: Tensor, b: Tensor) => a.mul(b).sum()

/** A copy with one element larger by one. */
function stepped(one: Tensor, at: number): Tensor {
  const moved = Float64Array.from(values(one))
  moved[at]! += 1
  return tensor(moved, { shape: [...one.shape] })
}

/** Compares the gradients of `f`, linear in each argument, with differences at some elements of each argument. */
function checkGradients(f: Scalar, inputs: readonly Tensor[], seed: number, probes = 8): void {
  const leaves = inputs.map(input => input.detach().requiresGrad_())
  const gradients = autograd.grad(f(...leaves), leaves, null, { allowUnused: true })
  const next = generator(seed)
  const at = (arguments_: readonly Tensor[]) => Number(f(...arguments_).item())
  const base = at(inputs)
  for (const [i, input] of inputs.entries()) {
    const found = gradients[i] ? values(gradients[i]) : values(input).map(() => 0)
    for (let probe = 0; probe < Math.min(probes, input.numel()); probe++) {
      const place = probes < input.numel() ? Math.floor(next() * input.numel()) : probe
      const difference = at(inputs.map((own, j) => (j === i ? stepped(own, place) : own))) - base
      if (found[place] === difference) continue
      throw new Error(`argument ${i}, element ${place}: gradient ${found[place]}, difference ${difference}`)
    }
  }
}

/** The gradients of `f`, each weighed with the numbers of a seed and summed: linear again in each argument. */
function gradientOf(f: Scalar, count: number, seed: number): Scalar {
  return (...arguments_) => {
    const own = arguments_.map(one => (one.requiresGrad ? one : one.detach().requiresGrad_()))
    const gradients = autograd.grad(f(...own), own, null, { createGraph: true })
    const parts = gradients.slice(0, count).map((gradient, i) => inner(gradient!, numbers(seed + i, gradient!.shape)))
    return parts.reduce((sum, part) => sum.add(part))
  }
}

const operands = (one: ConvCase) => [
  numbers(one.seed, inputShape(one)),
  numbers(one.seed + 1, weightShape(one)),
  numbers(one.seed + 2, [one.groups * one.outPerGroup]),
]

property('gradients for input, weight and bias', { modes: MODES }, one => {
  const y = numbers(one.seed + 3, outputShape(one))
  checkGradients((x, w, b) => inner(convolve(one, x!, w!, b!), y), operands(one), one.seed)
})

property('gradients of the gradients', { modes: MODES, runs: 40 }, one => {
  const [input, weight] = operands(one) as [Tensor, Tensor]
  const y = numbers(one.seed + 3, outputShape(one))
  const f: Scalar = (x, w, gradient) => inner(convolve(one, x!, w!), gradient!)
  checkGradients(gradientOf(f, 2, one.seed + 4), [input, weight, y], one.seed, 5)
})

/** A transposed convolution with an output padding up to what PyTorch allows: below the stride or the dilation. */
function transposed(one: ConvCase) {
  const { stride, dilation, groups, seed, rank } = one
  const { convTranspose1d, convTranspose2d, convTranspose3d } = nn.functional
  const call = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }[rank]
  const spatial = one.input.map((_, axis) => 1 + ((seed >> (2 * axis)) % (3 + axis)))
  const outputPadding = stride.map(
    (s, axis) => Math.max(s, dilation[axis]!) - 1 - ((seed >> axis) % 2 && s > 1 ? 1 : 0),
  )
  const sizes = stride.map((s, axis) => (spatial[axis]! - 1) * s + dilation[axis]! * (one.kernel[axis]! - 1) + 1)
  const padding = one.padding.map((p, axis) => Math.min(p, Math.floor((sizes[axis]! - 1) / 2)))
  const options = { stride, dilation, groups, padding, outputPadding }
  const inputs = [
    numbers(seed, [one.batch, groups * one.outPerGroup, ...spatial]),
    numbers(seed + 1, weightShape(one)),
    numbers(seed + 2, [groups * one.inPerGroup]),
  ]
  return { inputs, run: (x: Tensor, w: Tensor, b: Tensor | null) => call(x, w, b, options) }
}

property('gradients of transposed convolutions, with output padding beyond the stride', {}, one => {
  const { inputs, run } = transposed(one)
  const y = numbers(one.seed + 3, noGrad(() => run(inputs[0]!, inputs[1]!, null)).shape)
  checkGradients((x, w, b) => inner(run(x!, w!, b!), y), inputs, one.seed)
})

property('gradients of those gradients', { runs: 40 }, one => {
  const { inputs, run } = transposed(one)
  const y = numbers(one.seed + 3, noGrad(() => run(inputs[0]!, inputs[1]!, null)).shape)
  const f: Scalar = (x, w, gradient) => inner(run(x!, w!, null), gradient!)
  checkGradients(gradientOf(f, 2, one.seed + 4), [inputs[0]!, inputs[1]!, y], one.seed, 5)
})

property('inputs that no output reads get a gradient of zero', { maxStride: 4 }, drawn => {
  // a kernel of one element with a stride leaves other remainders on each axis
  const one = { ...drawn, kernel: drawn.kernel.map(() => 1), padding: drawn.padding.map(() => 0) }
  const [input, weight] = operands(one) as [Tensor, Tensor]
  const leaf = input.requiresGrad_()
  const y = numbers(one.seed + 3, outputShape(one))
  const [gradient] = autograd.grad(convolve(one, leaf, weight), leaf, y)
  let read = gradient!
  for (const [axis, stride] of one.stride.entries()) read = read.slice(axis + 2, 0, null, stride)
  const norm = (all: Tensor) => dot(all, all)
  if (norm(read) !== norm(gradient!)) throw new Error('a gradient went to an element that no output reads')
})
