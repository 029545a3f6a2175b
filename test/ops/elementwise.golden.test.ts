import { describe, expect, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import * as cast from '../../src/ops/cast.js'
import * as activation from '../../src/ops/elementwise/activation.js'
import * as arithmetic from '../../src/ops/elementwise/arithmetic.js'
import * as clamp from '../../src/ops/elementwise/clamp.js'
import * as comparison from '../../src/ops/elementwise/comparison.js'
import * as complex from '../../src/ops/elementwise/complex.js'
import * as division from '../../src/ops/elementwise/division.js'
import * as extremum from '../../src/ops/elementwise/extremum.js'
import * as power from '../../src/ops/elementwise/power.js'
import * as smooth from '../../src/ops/elementwise/smoothActivation.js'
import * as unary from '../../src/ops/elementwise/unary.js'
import * as where from '../../src/ops/elementwise/where.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { isDifferentiable } from '../../src/tensor/dtype.js'
import { type Case, decode, difference, type Fixture, readFixture } from './elementwise.fixture.js'

const { inputs, cases } = readFixture<Fixture>('elementwise')

const rpow = (exponent: Tensor) => power.pow(2.5, exponent)
const OPS = {
  ...activation,
  ...smooth,
  ...arithmetic,
  ...cast,
  ...clamp,
  ...comparison,
  ...complex,
  ...division,
  ...extremum,
  ...power,
  ...unary,
  ...where,
  rpow,
} as unknown as Record<string, (...args: unknown[]) => Tensor>

/** Operations whose result is exact or rounded once: PyTorch's own bits are expected. */
const EXACT = new Set(
  'mul div neg abs sign floor ceil round trunc eq ne lt le gt ge isnan isinf isfinite logicalAnd logicalOr logicalXor logicalNot maximum minimum relu relu6 hardtanh leakyRelu clamp clampMin clampMax where maskedFill to remainder fmod floorDivide sqrt square conj real imag viewAsReal complex'.split(
    ' ',
  ),
)

/**
 * Cases where this PyTorch is not followed: what differs, and why. Each must still differ, so that none outlives
 * its reason.
 */
const DEVIATIONS: { reason: string; applies: (c: Case) => boolean }[] = [
  {
    reason: 'complex silu, which PyTorch cannot differentiate either, is refused',
    applies: ({ op, args }) => op === 'silu' && String(args[0]).startsWith('complex'),
  },
  {
    reason: "at 3 PyTorch's vector loop takes the slope above and its scalar loop the one below; ours is the former",
    applies: ({ op, args }) => op === 'hardswish' && args[0] === 'float32 kinks',
  },
  {
    reason: 'PyTorch multiplies by a float32 1/6 also in float64',
    applies: ({ op, args }) => op === 'hardsigmoid' && args[0] === 'float64 kinks',
  },
]

const titleOf = ({ op, args, options }: Case) =>
  `${op}(${args.map(arg => (typeof arg === 'string' ? arg : JSON.stringify(arg.number))).join(', ')}${options ? `, ${JSON.stringify(options)}` : ''})`

function argumentsOf({ args, options = [] }: Case): unknown[] {
  return [...args.map(arg => (typeof arg === 'string' ? decode(inputs[arg]!) : arg.number)), ...options]
}

/** What is wrong with a case, or `null`. */
function check(c: Case): string | null {
  const f = OPS[c.op]
  if (!f) return `no operation ${c.op}`
  const args = argumentsOf(c)
  if (c.error !== undefined) {
    try {
      return `not refused: ${f(...args)}`
    } catch (error) {
      const { message } = error as Error
      return message === c.error ? null : `refused with "${message}", expected "${c.error}"`
    }
  }
  const leaves = args.filter((arg): arg is Tensor => typeof arg === 'object' && arg !== null && 'storage' in arg)
  if (c.gradients) for (const leaf of leaves) leaf.requiresGrad = isDifferentiable(leaf.dtype)
  const out = f(...args)
  const wrong = difference(out, decode(c.output!), { exact: EXACT.has(c.op) && !out.dtype.startsWith('complex') })
  if (wrong || !c.gradients) return wrong
  if (c.gradFn !== out.gradFn?.name) return `gradFn ${out.gradFn?.name}, expected ${c.gradFn}`
  const wanted = leaves.filter(leaf => leaf.requiresGrad)
  const found = grad(out, wanted, decode(c.gradOutput!), { allowUnused: true })
  for (const [i, expected] of c.gradients.entries()) {
    if (expected === null && found[i] === null) continue
    if (expected === null || found[i] === null) return `gradient ${i}: ${found[i]}, expected ${expected && 'a tensor'}`
    const wrongGradient = difference(found[i]!, decode(expected))
    if (wrongGradient) return `gradient ${i}: ${wrongGradient}`
  }
  return null
}

/** An unexpected refusal is one more thing that is wrong. */
function checkSafely(c: Case): string | null {
  try {
    return check(c)
  } catch (error) {
    return String(error)
  }
}

describe('elementwise operations give what PyTorch gives', () => {
  for (const op of new Set(cases.map(c => c.op))) {
    const own = cases.filter(c => c.op === op)
    test(`${op} (${own.length} cases)`, () => {
      const wrong: string[] = []
      for (const c of own) {
        const deviation = DEVIATIONS.find(({ applies }) => applies(c))
        const finding = checkSafely(c)
        if (deviation && finding === null) wrong.push(`${titleOf(c)}: no longer deviates (${deviation.reason})`)
        if (!deviation && finding !== null) wrong.push(`${titleOf(c)}: ${finding}`)
      }
      expect(wrong).toEqual([])
    })
  }
})
