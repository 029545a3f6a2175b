/** Casts: gradients come back in the dtype they came from. float32 in between needs coarse steps. */
import { check, complexOf, real, type Table } from './check.js'

const coarse = { eps: 2 ** -8, atol: 1e-3 }

export const casts: Table = {
  to: [
    check(x => x.to('float64').mul(x), [real(2, 3)]),
    check(x => x.to('complex128').square(), [real(2, 3)]),
    check(z => z.to('float64').square(), [complexOf(2, 3)]),
    check(x => x.to({ dtype: 'float64', copy: true }).square(), [real(2, 3)]),
    check(x => x.to({ memoryFormat: 'channels_last' }).square(), [real(2, 3, 1, 4)]),
    check(x => x.to('float32').square().to('float64'), [real(2, 3)], coarse),
  ],
  type: [check(x => x.type('complex128').square(), [real(2, 3)])],
  float: [check(x => x.float().square(), [real(2, 3)], coarse)],
  double: [check(x => x.double().square(), [real(2, 3)]), check(x => x.float().double(), [real(2, 3)], coarse)],
  cfloat: [check(x => x.cfloat().square(), [real(2, 3)], coarse), check(z => z.cfloat(), [complexOf(2, 3)], coarse)],
  cdouble: [check(x => x.cdouble().square(), [real(2, 3)])],
  half: [check(x => x.half(), [real(2, 3)], { eps: 2 ** -3, atol: 2 ** -5 })],
  bfloat16: [check(x => x.bfloat16(), [real(2, 3)], { eps: 2 ** -2, atol: 2 ** -3 })],
}
