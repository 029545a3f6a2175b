/** A check that cannot fail proves nothing: derivatives that are wrong in one way each must all be caught. */
import { describe, expect, test } from 'vitest'
import { autograd, nn, noGrad, type Tensor, tensor, where } from '../../src/index.js'
import { complexOf, real } from './operations/check.js'

const { gradcheck, gradgradcheck } = autograd

/** An operation with a forward and a derivative of one tensor, right or wrong. */
function operation(
  forward: (x: Tensor) => Tensor,
  derivative: (gradient: Tensor, x: Tensor) => Tensor,
): (x: Tensor) => Tensor {
  class Own extends autograd.Function {
    static forward(context: autograd.FunctionContext, x: Tensor) {
      context.saveForBackward(x)
      return forward(x)
    }
    static backward(context: autograd.FunctionContext, gradient: Tensor) {
      return derivative(gradient, context.savedTensors[0]!)
    }
  }
  return x => Own.apply(x)
}

const square = (derivative: (gradient: Tensor, x: Tensor) => Tensor) => operation(x => x.mul(x), derivative)

/** The derivative with one element of it, far into it, a little off. */
const offAtOne = (g: Tensor, x: Tensor) => {
  const last = tensor([0, 0, 0, 0, 0, 1e-2]).to('float64').view(2, 3)
  return g.mul(x).mul(2).add(last)
}

const WRONG: Record<string, [(x: Tensor) => Tensor, () => Tensor]> = {
  value: [square((g, x) => g.mul(x).mul(2.01)), () => real(2, 3)],
  sign: [square((g, x) => g.mul(x).mul(-2)), () => real(2, 3)],
  'a factor left out': [square((g, x) => g.mul(x)), () => real(2, 3)],
  'the gradient left out': [square((_, x) => x.mul(2)), () => real(2, 3)],
  'one element': [square(offAtOne), () => real(2, 3)],
  'no gradient at all': [square(g => g.mul(0)), () => real(2, 3)],
  'detached from its input': [x => x.detach().mul(x), () => real(2, 3)],
  transposed: [
    operation(
      x => x.t().mul(2),
      g => g.reshape(2, 3).mul(2),
    ),
    () => real(2, 3),
  ],
  'conj missing': [square((g, x) => g.mul(x).mul(2)), () => complexOf(2, 3)],
  'conj too many': [
    operation(
      x => x.mul({ re: 1, im: 2 }),
      g => g.conj().mul({ re: 1, im: -2 }),
    ),
    () => complexOf(2, 3),
  ],
  'the imaginary part alone': [
    operation(
      x => x.mul(3),
      g => where(tensor(true), g.mul(3), 0).add(g.imag().mul({ re: 0, im: 1e-2 })),
    ),
    () => complexOf(2, 3),
  ],
  NaN: [square(g => g.mul(Number.NaN)), () => real(2, 3)],
  infinity: [square(g => g.div(0)), () => real(2, 3)],
}

describe('gradcheck fails on a derivative that is wrong', () => {
  test.each(Object.entries(WRONG))('%s', (_, [f, input]) => {
    expect(() => gradcheck(f, input())).toThrow(autograd.GradcheckError)
    expect(gradcheck(f, input(), { raiseException: false })).toBe(false)
  })

  test('the right ones pass', () => {
    expect(
      gradcheck(
        square((g, x) => g.mul(x).mul(2)),
        real(2, 3),
      ),
    ).toBe(true)
    expect(
      gradcheck(
        square((g, x) => g.mul(x.conj()).mul(2)),
        complexOf(2, 3),
      ),
    ).toBe(true)
  })

  test('the message has the place and both numbers', () => {
    const x = tensor([1, 2, 3], { dtype: 'float64', requiresGrad: true })
    expect(() =>
      gradcheck(
        square((g, x) => g.mul(x)),
        [x],
      ),
    ).toThrow(
      /^Jacobian mismatch for output 0 with respect to input 0, at output element 0 and input element 0:\nnumerical: (2|1\.9999)[\d.]*\nanalytical: 1$/,
    )
    const z = tensor([{ re: 1, im: 2 }], { dtype: 'complex128', requiresGrad: true })
    expect(() => gradcheck((a, b) => b!.mul(a!.detach().real().sum()).add(a!), [z, real(1)])).toThrow(
      'with respect to input 0, at real part of output element 0 and real part of input element 0',
    )
  })

  test('one of several inputs, one of several outputs', () => {
    const f = (x: Tensor, y: Tensor) => [x.mul(y), x.add(y.detach())]
    expect(() => gradcheck(f as never, [real(3), real(3)])).toThrow('for output 1 with respect to input 1')
  })

  test('what should not depend on an input', () => {
    expect(() => gradcheck(x => x.detach().mul(2), real(3))).toThrow('analytical: 0')
    // and the other way round: a gradient for what has none
    expect(() =>
      gradcheck(
        operation(
          () => tensor([1, 2]).double(),
          g => g.sum().expand(3),
        ),
        real(3),
      ),
    ).toThrow('numerical: 0')
  })

  test('inputs in other layouts, and empty and single ones', () => {
    const wrong = square((g, x) => g.mul(x))
    const right = square((g, x) => g.mul(x).mul(2))
    const leaves = [
      real(2, 3).detach().t().requiresGrad_(),
      real(3, 1).detach().expand(3, 2).requiresGrad_(),
      real(2, 6).detach().slice(1, 1, 6, 2).requiresGrad_(),
      real(),
    ]
    for (const leaf of leaves) {
      expect(gradcheck(right, leaf)).toBe(true)
      expect(gradcheck(wrong, leaf, { raiseException: false })).toBe(false)
    }
    // nothing to compare
    expect(gradcheck(wrong, real(0, 3))).toBe(true)
    expect(gradcheck(x => x.sum(0), real(0, 3))).toBe(true)
  })
})

describe('gradgradcheck fails where only the second derivative is wrong', () => {
  const CASES: Record<string, [(x: Tensor) => Tensor, () => Tensor]> = {
    detached: [square((g, x) => g.mul(x.detach()).mul(2)), () => real(2, 3)],
    'the gradient detached': [square((g, x) => g.detach().mul(x).mul(2)), () => real(2, 3)],
    'off the tape': [square((g, x) => noGrad(() => g.mul(x).mul(2))), () => real(2, 3)],
    complex: [square((g, x) => g.mul(x.conj().detach()).mul(2)), () => complexOf(3)],
  }

  test.each(Object.entries(CASES))('%s', (_, [f, input]) => {
    expect(gradcheck(f, input())).toBe(true)
    expect(() => gradgradcheck(f, input())).toThrow(autograd.GradcheckError)
    expect(gradgradcheck(f, input(), null, { raiseException: false })).toBe(false)
  })

  test('the right one passes, with gradients of the user’s as well', () => {
    const right = square((g, x) => g.mul(x).mul(2))
    const given = real(2, 3).detach()
    expect(gradgradcheck(right, real(2, 3), given)).toBe(true)
    // torch.autograd.gradgradcheck(lambda a: a*a, (x,), g); g.requires_grad: False
    expect(given.requiresGrad).toBe(false)
    const wrong = square((g, x) => g.mul(x.detach()).mul(2))
    expect(gradgradcheck(wrong, real(2, 3), given, { raiseException: false })).toBe(false)
    expect(() => gradgradcheck(right, real(2, 3), [given, given])).toThrow('got 1 tensors and 2 gradients')
  })

  test('linear functions have a second derivative of zero', () => {
    expect(gradgradcheck(x => x.mul(2), real(2, 3))).toBe(true)
    expect(gradgradcheck((x, y) => [x!.mul(2), y!.mul(y!)], [real(3), real(2)])).toBe(true)
  })
})

describe('what is passed', () => {
  test('no input requires a gradient', () => {
    // torch.autograd.gradcheck(lambda x: x * 2, (torch.tensor([1.]),))
    expect(() => gradcheck(x => x.mul(2), tensor([1]))).toThrow(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
    )
  })

  test('inputs without a gradient, integers and bools are constants', () => {
    const index = tensor([2, 0, 2], { dtype: 'int64' })
    const mask = tensor([true, false, true])
    const constant = real(3).detach()
    const f = (x: Tensor, i: Tensor, m: Tensor, c: Tensor) => x.indexSelect(0, i).mul(c).where(m, 0)
    expect(gradcheck(f as never, [real(3), index, mask, constant])).toBe(true)
    expect(gradgradcheck(f as never, [real(3), index, mask, constant])).toBe(true)
  })

  test('outputs without a derivative are left out', () => {
    expect(gradcheck(x => [x.square(), x.gt(0), x.argmax()], real(3))).toBe(true)
    expect(gradgradcheck(x => [x.gt(0), x.square(), x.detach().mul(0)], real(3))).toBe(true)
  })

  test('one tensor passed twice moves in both places', () => {
    const x = real(2, 3)
    expect(gradcheck((a, b) => a!.mul(b!), [x, x])).toBe(true)
    expect(gradgradcheck((a, b) => a!.mul(b!.square()), [x, x])).toBe(true)
  })

  test('computed tensors, and functions that differentiate themselves', () => {
    expect(gradcheck(x => x.square(), real(3).mul(2))).toBe(true)
    const slope = (x: Tensor) => autograd.grad(x.pow(3).sum(), x, null, { createGraph: true })[0]!
    expect(gradcheck(slope, real(3))).toBe(true)
    expect(gradgradcheck(slope, real(3))).toBe(true)
    expect(noGrad(() => gradcheck(slope, real(3)))).toBe(true)
  })

  test('the inputs and their .grad are left as they were', () => {
    const [x, w] = [real(1, 2, 4, 3), real(1, 2, 3, 2)]
    const before = [x, w].map(String)
    gradgradcheck((a, b) => nn.functional.conv2d(a!, b!), [x, w])
    expect([x, w].map(String)).toEqual(before)
    expect([x.grad, w.grad]).toEqual([null, null])
  })

  test('float32 and 16-bit floats are too coarse, and the message says so', () => {
    for (const dtype of ['float32', 'float16', 'bfloat16'] as const) {
      const x = real(3).detach().to(dtype).requiresGrad_()
      expect(() => gradcheck(a => a.pow(3), x)).toThrow(`${dtype} is too coarse for small steps`)
      // larger steps and tolerances do
      const eps = dtype === 'float32' ? 1e-2 : 0.125
      expect(gradcheck(a => a.mul(3), x, { eps, atol: 0.3 })).toBe(true)
      expect(gradcheck(a => a.mul(a.detach()), x, { eps, atol: 0.1, raiseException: false })).toBe(false)
    }
  })

  test('tolerances and steps are taken, unknown options refused', () => {
    const slightly = square((g, x) => g.mul(x).mul(2 * 1.005))
    expect(gradcheck(slightly, real(3), { raiseException: false })).toBe(false)
    expect(gradcheck(slightly, real(3), { rtol: 1e-2 })).toBe(true)
    expect(gradcheck(slightly, real(3), { rtol: 0, atol: 0.1 })).toBe(true)
    expect(gradcheck(x => x.pow(4), real(3), { eps: 0.5, raiseException: false })).toBe(false)
    expect(() => gradcheck(x => x, real(3), { tolerance: 1 } as never)).toThrow(
      "gradcheck() got an unexpected keyword argument 'tolerance'; it takes eps, atol, rtol, raiseException",
    )
  })
})
