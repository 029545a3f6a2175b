import { expect, test } from 'vitest'
import { tensor } from '../../src/index.js'

test('whatever is not zero is true, NaN and imaginary numbers too', () => {
  expect(tensor([0, -0, 0.25, Number.NaN]).to('bool').tolist()).toEqual([false, false, true, true])
  expect(tensor([0, Number.NaN, 2], { dtype: 'float16' }).to('bool').tolist()).toEqual([false, true, true])
  const complex = tensor([
    { re: 0, im: 1 },
    { re: 0, im: 0 },
    { re: 2, im: 0 },
    { re: 0, im: Number.NaN },
  ])
  expect(complex.to('bool').tolist()).toEqual([true, false, true, true])
})
