import { tensor } from '../../../src/ops/creation/fromData.js'
import * as ops from '../../../src/ops/index.js'
import { check, complexOf, real, type Table } from './check.js'

const positions = tensor([[2, 0, 2, 1]], { dtype: 'int64' })

export const products: Table = {
  matmul: [
    check((a, b) => a.matmul(b), [real(2, 3), real(3, 4)]),
    check((a, b) => a.matmul(b), [real(3), real(3)]),
    check((a, b) => a.matmul(b), [real(2, 3), real(3)]),
    check((a, b) => a.matmul(b), [real(3), real(3, 2)]),
    check((a, b) => a.matmul(b), [real(2, 3, 4), real(4, 5)]),
    check((a, b) => a.matmul(b), [real(2, 3, 4), real(4)]),
    check((a, b) => a.matmul(b), [real(4, 1, 2, 3), real(5, 3, 1)]),
    check((a, b) => a.matmul(b), [real(3), real(2, 3, 4)]),
  ],
  mm: [check((a, b) => a.mm(b), [real(2, 3), real(3, 4)]), check(a => a.mm(a.t()), [real(2, 3)])],
  addmm: [
    check((c, a, b) => ops.addmm(c, a, b), [real(4), real(2, 3), real(3, 4)]),
    check((c, a, b) => ops.addmm(c, a, b), [complexOf(2, 1), complexOf(2, 3), complexOf(3, 4)]),
  ],
  bmm: [check((a, b) => a.bmm(b), [real(2, 3, 4), real(2, 4, 1)])],
  mv: [check((a, x) => a.mv(x), [real(2, 3), real(3)])],
  dot: [check((a, b) => a.dot(b), [real(4), real(4)])],
  indexSelect: [
    check(x => x.indexSelect(1, [2, 0, 2]), [real(2, 3, 4)]),
    check(x => x.indexSelect(0, tensor([1, 1], { dtype: 'int64' })), [real(2, 3)]),
  ],
  gather: [check(x => x.gather(1, positions), [real(2, 3)]), check(x => x.gather(0, positions.t()), [real(3, 2)])],
}
