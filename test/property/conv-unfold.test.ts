import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { autograd, nn, type Tensor, tensor } from '../../src/index.js'
import {
  type ConvCase,
  convCases,
  convolve,
  inputShape,
  outputShape,
  property,
  weightShape,
} from './support/convCase.js'
import { assertSame, dot, numbers, values } from './support/numbers.js'
import { SEED } from './support/seed.js'

const { fold, unfold } = nn.functional

const blocks = ({ stride, padding, dilation }: ConvCase) => ({ stride, padding, dilation })

/** a times b for each of the matrices b [N, K, L]. */
function multiply(a: Tensor, b: Tensor): Tensor {
  const [rows, inner] = a.shape as [number, number]
  const [batch, , columns] = b.shape as [number, number, number]
  const [left, right] = [values(a), values(b)]
  const product = new Float64Array(batch * rows * columns)
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < inner; k++) {
        for (let column = 0; column < columns; column++) {
          product[(n * rows + row) * columns + column]! +=
            left[row * inner + k]! * right[(n * inner + k) * columns + column]!
        }
      }
    }
  }
  return tensor(product, { shape: [batch, rows, columns] })
}

property('unfold and a matrix product are a convolution', { ranks: [2], maxGroups: 1, runs: 100 }, one => {
  const input = numbers(one.seed, inputShape(one))
  const weight = numbers(one.seed + 1, weightShape(one))
  const product = multiply(weight.flatten(1), unfold(input, one.kernel, blocks(one)))
  assertSame(product.reshape(outputShape(one)), convolve(one, input, weight))
})

describe('fold and unfold', () => {
  const check = (holds: (one: ConvCase) => void) =>
    fc.assert(fc.property(convCases(2), holds), { numRuns: 100, seed: SEED })
  const columnsShape = (one: ConvCase) => {
    const [batch, , height, width] = outputShape(one) as [number, number, number, number]
    return [batch, inputShape(one)[1]! * one.kernel[0]! * one.kernel[1]!, height * width]
  }

  test('fold is the adjoint of unfold: <unfold(x), y> = <x, fold(y)>', () => {
    check(one => {
      const x = numbers(one.seed, inputShape(one))
      const y = numbers(one.seed + 1, columnsShape(one))
      expect(dot(unfold(x, one.kernel, blocks(one)), y)).toBe(dot(x, fold(y, one.input, one.kernel, blocks(one))))
    })
  })

  test('each is the gradient of the other', () => {
    check(one => {
      const x = numbers(one.seed, inputShape(one)).requiresGrad_()
      const y = numbers(one.seed + 1, columnsShape(one)).requiresGrad_()
      const [gradX] = autograd.grad(unfold(x, one.kernel, blocks(one)), x, y.detach())
      assertSame(gradX!, fold(y, one.input, one.kernel, blocks(one)))
      const [gradY] = autograd.grad(fold(y, one.input, one.kernel, blocks(one)), y, x.detach())
      assertSame(gradY!, unfold(x, one.kernel, blocks(one)))
    })
  })

  test('without a batch they are the same, and non-contiguous inputs are read right', () => {
    check(one => {
      const x = numbers(one.seed, inputShape(one))
      const columns = unfold(x, one.kernel, blocks(one))
      assertSame(unfold(x.select(0, 0), one.kernel, blocks(one)), columns.select(0, 0))
      assertSame(unfold(x.permute(0, 1, 3, 2).contiguous().permute(0, 1, 3, 2), one.kernel, blocks(one)), columns)
      const image = fold(columns, one.input, one.kernel, blocks(one))
      assertSame(fold(columns.select(0, 0), one.input, one.kernel, blocks(one)), image.select(0, 0))
      const turned = columns.transpose(1, 2).contiguous().transpose(1, 2)
      assertSame(fold(turned, one.input, one.kernel, blocks(one)), image)
    })
  })

  test.each(['float16', 'bfloat16', 'float32', 'complex64', 'int64', 'uint8'] as const)(
    'in %s, the sums are those of float64, converted once',
    dtype => {
      check(one => {
        const wide = dtype === 'complex64' ? 'complex128' : 'float64'
        const draw = (seed: number, shape: readonly number[]) => numbers(seed, shape, { dtype: wide, bound: 250 })
        // unsigned numbers would wrap
        const positive = (tensor: Tensor) => (dtype === 'uint8' ? tensor.abs() : tensor)
        const [x, y] = [positive(draw(one.seed, inputShape(one))), positive(draw(one.seed + 1, columnsShape(one)))]
        const image = fold(y, one.input, one.kernel, blocks(one))
        assertSame(fold(y.to(dtype), one.input, one.kernel, blocks(one)), image.to(dtype))
        const columns = unfold(x, one.kernel, blocks(one))
        assertSame(unfold(x.to(dtype), one.kernel, blocks(one)), columns.to(dtype))
      })
    },
  )
})
