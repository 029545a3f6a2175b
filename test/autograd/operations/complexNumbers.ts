/**
 * Complex inputs: the gradient of a real number for x = a + ib is dL/da + i dL/db, so that the other factor of a
 * product is conjugated. Dropping a conj() is what these catch.
 */
import { tensor } from '../../../src/ops/creation/fromData.js'
import * as ops from '../../../src/ops/index.js'
import { check, complexOf, positive, real, type Table } from './check.js'

const pair = () => [complexOf(1, 3), complexOf(2, 1)] as const
const mask = tensor([true, false, true, true, false, true], { dtype: 'bool' }).view(2, 3)
const scalar = { re: 0.5, im: 2 }

export const complexNumbers: Table = {
  add: [
    check((z, w) => z.add(w, { alpha: scalar }), pair()),
    check((z, x) => z.add(x), [complexOf(2, 3), real(3)]),
    check(x => x.add(scalar), [real(2, 3)]),
  ],
  sub: [check((z, w) => z.sub(w, { alpha: scalar }), pair()), check((x, z) => x.sub(z), [real(2, 3), complexOf(3)])],
  mul: [
    check((z, w) => z.mul(w), pair()),
    check((z, x) => z.mul(x), [complexOf(2, 3), real(3)]),
    check(x => x.mul(scalar), [real(2, 3)]),
    check(z => z.mul(z), [complexOf(2, 3)]),
  ],
  div: [
    check((z, w) => z.div(w), pair()),
    check((x, z) => x.div(z), [real(2, 3), complexOf(3)]),
    check((z, x) => z.div(x), [complexOf(2, 3), real(3)]),
  ],
  pow: [
    check((z, w) => z.pow(w), pair()),
    check((x, z) => x.pow(z), [positive(2, 3), complexOf(3)]),
    check(z => z.pow({ re: 1.5, im: -0.5 }), [complexOf(2, 3)]),
    check(z => z.pow(3), [complexOf(2, 3)]),
    check(z => ops.pow(2.5, z), [complexOf(2, 3)]),
  ],
  square: [check(z => z.square(), [complexOf(2, 3)])],
  neg: [check(z => z.neg(), [complexOf(2, 3)])],
  reciprocal: [check(z => z.reciprocal(), [complexOf(2, 3)])],
  conj: [check(z => z.conj(), [complexOf(2, 3)]), check(x => x.conj(), [real(2, 3)])],
  real: [check(z => z.real(), [complexOf(2, 3)]), check(z => z.square().real().square(), [complexOf(2, 3)])],
  imag: [check(z => z.imag(), [complexOf(2, 3)]), check(z => z.square().imag().square(), [complexOf(2, 3)])],
  viewAsReal: [check(z => z.viewAsReal(), [complexOf(2, 3)])],
  viewAsComplex: [check(x => x.viewAsComplex(), [real(3, 2)], { layout: 'contiguous' })],
  complex: [check((x, y) => ops.complex(x, y).square(), [real(2, 1), real(3)])],
  polar: [check((x, y) => ops.polar(x, y), [positive(2, 1), real(3)])],
  angle: [check(z => z.angle(), [complexOf(2, 3)])],
  abs: [check(z => z.abs(), [complexOf(2, 3)])],
  sgn: [check(z => z.sgn(), [complexOf(2, 3)])],
  ...Object.fromEntries(
    (['exp', 'log', 'log2', 'log10', 'sqrt', 'rsqrt', 'sin', 'cos', 'tan', 'tanh', 'sigmoid'] as const).map(name => [
      name,
      [check(z => z[name](), [complexOf(2, 3)])],
    ]),
  ),
  where: [check((z, x) => z.where(mask, x), [complexOf(2, 1), real(3)])],
  maskedFill: [check((z, value) => z.maskedFill(mask, value.sum()), [complexOf(2, 3), complexOf(2)])],
  sum: [check(z => z.sum(1), [complexOf(2, 3)])],
  mean: [check(z => z.mean(0), [complexOf(2, 3)])],
  prod: [check(z => z.prod(1), [complexOf(2, 3)]), check(z => z.prod(), [complexOf(1, 3)])],
  var: [check(z => z.var(1), [complexOf(2, 3)])],
  std: [check(z => z.std(1), [complexOf(2, 3)])],
  norm: [
    ...[1, 2, 3, 0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(p =>
      check(z => z.norm(p, 1), [complexOf(2, 3)]),
    ),
  ],
  cumsum: [check(z => z.cumsum(1), [complexOf(2, 3)])],
  sumToSize: [check(z => z.sumToSize(3), [complexOf(2, 3)])],
  matmul: [check((z, w) => z.matmul(w), [complexOf(2, 3), complexOf(3, 4)])],
  mm: [check((z, w) => z.mm(w), [complexOf(2, 3), complexOf(3, 1)])],
  bmm: [check((z, w) => z.bmm(w), [complexOf(2, 1, 3), complexOf(2, 3, 4)])],
  mv: [check((z, w) => z.mv(w), [complexOf(2, 3), complexOf(3)])],
  dot: [check((z, w) => z.dot(w), [complexOf(3), complexOf(3)])],
  indexSelect: [check(z => z.indexSelect(1, [2, 0, 2]), [complexOf(2, 3)])],
  gather: [
    check(
      z =>
        z.gather(
          1,
          tensor(
            [
              [2, 2],
              [0, 1],
            ],
            { dtype: 'int64' },
          ),
        ),
      [complexOf(2, 3)],
    ),
  ],
  cat: [check((z, x) => ops.cat([z, x], 1), [complexOf(2, 3), real(2, 1)])],
  stack: [check((z, x) => ops.stack([z, x], 1), [complexOf(2, 3), real(2, 3)])],
  asStrided: [check(z => z.asStrided([2, 2], [1, 2], 1), [complexOf(2, 3)], { layout: 'contiguous' })],
  unfold: [check(z => z.unfold(1, 2, 1), [complexOf(2, 3)])],
  flip: [check(z => z.flip(1), [complexOf(2, 3)])],
}
