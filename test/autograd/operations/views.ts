import * as ops from '../../../src/ops/index.js'
import { check, real, type Table } from './check.js'

export const views: Table = {
  view: [check(x => x.view(4, -1), [real(2, 3, 4)], { layout: 'contiguous' })],
  reshape: [check(x => x.reshape(4, 6), [real(2, 3, 4)]), check(x => x.t().reshape(6), [real(2, 3)])],
  flatten: [check(x => x.flatten(1), [real(2, 3, 4)]), check(x => x.flatten(), [real()])],
  unflatten: [check(x => x.unflatten(1, [3, -1]), [real(2, 6)])],
  squeeze: [
    check(x => x.squeeze(), [real(1, 3, 1)]),
    check(x => x.squeeze(0), [real(1, 3, 1)]),
    check(x => x.squeeze([0, 1]), [real(1, 3, 1)]),
  ],
  unsqueeze: [check(x => x.unsqueeze(1), [real(2, 3)])],
  permute: [check(x => x.permute(2, 0, 1), [real(2, 3, 4)])],
  transpose: [check(x => x.transpose(0, -1), [real(2, 3, 4)])],
  t: [check(x => x.t(), [real(2, 3)]), check(x => x.t(), [real(3)])],
  movedim: [check(x => x.movedim([0, 1], [2, 0]), [real(2, 3, 4)])],
  expand: [check(x => x.expand(2, 3, 4), [real(3, 1)]), check(x => x.expand(-1, 3), [real(2, 1)])],
  expandAs: [check((x, y) => x.expandAs(y).mul(y), [real(3, 1), real(2, 3, 4)])],
  broadcastTo: [check(x => x.broadcastTo(2, 3, 4), [real(3, 1)])],
  narrow: [check(x => x.narrow(1, 1, 2), [real(2, 4)])],
  slice: [check(x => x.slice(1, 1, null, 2), [real(2, 6)]), check(x => x.slice(0, -1), [real(3, 2)])],
  select: [check(x => x.select(1, -2), [real(2, 3, 4)])],
  get: [check(x => x.get(1, null, [0, 3, 2], '...'), [real(2, 4, 3)])],
  chunk: [check(x => x.chunk(3, 1), [real(2, 5)])],
  split: [check(x => x.split([1, 3], 1), [real(2, 4)]), check(x => x.split(2, 1)[1]!, [real(2, 5)])],
  unbind: [check(x => x.unbind(1), [real(2, 3)])],
  unfold: [
    // windows that overlap, that leave elements out, and that do neither
    check(x => x.unfold(1, 3, 2), [real(2, 8)]),
    check(x => x.unfold(0, 2, 3), [real(6, 2)]),
    check(x => x.unfold(-1, 2, 2), [real(3, 4)]),
    check(x => x.unfold(0, 1, 1), [real()]),
  ],
  diagonal: [
    check(x => x.diagonal(), [real(2, 3)]),
    check(x => x.diagonal(1, 2, 0), [real(4, 2, 3)]),
    check(x => x.diagonal(-1), [real(3, 4)]),
  ],
  asStrided: [
    check(x => x.asStrided([2, 3], [1, 2], 1), [real(3, 4)], { layout: 'contiguous' }),
    // elements that are seen more than once, of an input that is itself strided
    check(x => x.t().asStrided([3, 2], [1, 1], 2), [real(3, 4)], { layout: 'contiguous' }),
  ],
  flip: [check(x => x.flip(0, 2), [real(2, 3, 4)])],
  roll: [
    check(x => x.roll(2), [real(2, 3)]),
    check(x => x.roll(-1, 0), [real(3, 2)]),
    check(x => x.roll([1, 2], [0, 1]), [real(2, 5)]),
  ],
  repeat: [check(x => x.repeat(2, 1, 3), [real(2, 3)])],
  tile: [check(x => x.tile(2), [real(2, 3)])],
  cat: [
    check((x, y, z) => ops.cat([x, y, z], 1), [real(2, 3), real(2, 1), real(2, 4)]),
    check((x, y) => ops.cat([x, y, x]), [real(2, 3), real(1, 3)]),
  ],
  stack: [check((x, y) => ops.stack([x, y, x], 1), [real(2, 3), real(2, 3)])],
  pad: [
    check(x => ops.pad(x, [1, 2, 0, 3]), [real(2, 3, 4)]),
    check(x => ops.pad(x, [-1, 2, 3, -1], 'constant', 1.5), [real(3, 4)]),
    check(x => ops.pad(x, [2, 1, 0, 1], 'reflect'), [real(1, 3, 4)]),
    check(x => ops.pad(x, [3, 1, 1, 2], 'replicate'), [real(1, 2, 3)]),
    check(x => ops.pad(x, [2, 3, 1, 0], 'circular'), [real(1, 2, 4)]),
    check(x => ops.pad(x, [1, 0, 1, 1, 0, 1], 'replicate'), [real(1, 2, 3, 4)]),
  ],
  clone: [check(x => x.clone(), [real(2, 3)]), check(x => x.t().clone({ memoryFormat: 'contiguous' }), [real(2, 3)])],
  contiguous: [check(x => x.t().contiguous(), [real(2, 3)])],
}
