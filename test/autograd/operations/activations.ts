import { check, real, type Table } from './check.js'

export const activations: Table = {
  relu: [check(x => x.relu(), [real(2, 3)])],
  relu6: [check(x => x.mul(4).relu6(), [real(2, 3)])],
  leakyRelu: [check(x => x.leakyRelu(), [real(2, 3)]), check(x => x.leakyRelu(0.3), [real(2, 3)])],
  prelu: [
    check((x, w) => x.prelu(w), [real(2, 3, 4), real(3)]),
    check((x, w) => x.prelu(w), [real(2, 3), real(1)]),
    check((x, w) => x.prelu(w), [real(5), real(1)]),
  ],
  elu: [check(x => x.elu(), [real(2, 3)]), check(x => x.elu(0.7), [real(2, 3)])],
  selu: [check(x => x.selu(), [real(2, 3)])],
  gelu: [check(x => x.gelu(), [real(2, 3)]), check(x => x.gelu({ approximate: 'tanh' }), [real(2, 3)])],
  silu: [check(x => x.silu(), [real(2, 3)])],
  mish: [check(x => x.mish(), [real(2, 3)])],
  softplus: [
    check(x => x.softplus(), [real(2, 3)]),
    // some elements lie beyond the threshold
    check(x => x.softplus({ beta: 2, threshold: 2.1 }), [real(2, 3)]),
  ],
  logsigmoid: [check(x => x.logsigmoid(), [real(2, 3)])],
  hardtanh: [check(x => x.hardtanh(), [real(2, 3)]), check(x => x.hardtanh(-0.5, 1.7), [real(2, 3)])],
  hardsigmoid: [check(x => x.mul(3).hardsigmoid(), [real(2, 3)])],
  hardswish: [check(x => x.mul(3).hardswish(), [real(2, 3)])],
}
