import { check, positive, real, type Table } from './check.js'

export const reductions: Table = {
  sum: [
    check(x => x.sum(), [real(2, 3)]),
    check(x => x.sum([0, 2]), [real(2, 3, 4)]),
    check(x => x.sum(1, true), [real(2, 3)]),
  ],
  mean: [check(x => x.mean(), [real(2, 3)]), check(x => x.mean([0, -1], { keepdim: true }), [real(2, 3, 4)])],
  prod: [
    check(x => x.prod(), [real(2, 3)]),
    check(x => x.prod(1), [real(2, 3, 4)]),
    check(x => x.prod(0, true), [real(3, 2)]),
    // with zeros the product is multiplied out without each element in turn
    check(x => x.mul(x.detach().gt(-0.5)).prod(1), [real(3, 4)]),
  ],
  var: [
    check(x => x.var(), [real(2, 3)]),
    check(x => x.var(1, { correction: 0 }), [real(2, 3)]),
    check(x => x.var([0, 2], { keepdim: true, unbiased: false }), [real(2, 3, 4)]),
  ],
  std: [check(x => x.std(), [real(2, 3)]), check(x => x.std(1, { correction: 0, keepdim: true }), [real(2, 3)])],
  max: [
    check(x => x.max(), [real(2, 3)]),
    check(x => x.max(1).values, [real(2, 3)]),
    check(x => x.max(0, true).values, [real(3, 2)]),
    check(x => x.max(0).values, [real()]),
  ],
  min: [check(x => x.min(), [real(2, 3)]), check(x => x.min(1, true).values, [real(2, 3)])],
  amax: [check(x => x.amax([0, 2]), [real(2, 3, 4)]), check(x => x.amax(), [real(2, 3)])],
  amin: [check(x => x.amin([0, 2], true), [real(2, 3, 4)])],
  norm: [
    ...[0.5, 1, 2, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].flatMap(p => [
      check(x => x.norm(p), [real(2, 3)]),
      check(x => x.norm(p, [0, 2], true), [real(2, 3, 4)]),
    ]),
    // the count of non-zeros has no slope
    check(x => x.norm(0, 1).add(x.sum(1)), [real(2, 3)]),
  ],
  logsumexp: [check(x => x.logsumexp(1), [real(2, 3)]), check(x => x.logsumexp([0, 2], true), [real(2, 3, 4)])],
  softmax: [check(x => x.softmax(1), [real(2, 3, 4)])],
  logSoftmax: [check(x => x.logSoftmax(0), [real(2, 3)])],
  cumsum: [check(x => x.cumsum(1), [real(2, 3, 4)])],
  sumToSize: [check(x => x.sumToSize(3, 1), [real(2, 3, 4)]), check(x => x.sumToSize(2, 3), [positive(2, 3)])],
}
