/**
 * The gradient of a weight, with output channels in the lanes.
 *
 * What the forward pass sums over is tiled here and the other way round: elements are the input at each channel and tap,
 * vectors are the gradients of the output, and each step is a pixel. A task sums over some pieces of some samples, for a
 * range of input channels and one of output channels. Where one task sums up all of them, it puts its sums in the order of
 * the weight while they are near; else a second phase adds up what several tasks found for the same weights, always in the
 * same order.
 *
 * @module
 */
import { beginCheck } from './finiteCheck.js'
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { TABLES_SLOT } from './program.js'
import { gather } from './weightGradientGather.js'
import { addProducts } from './weightGradientProducts.js'
import { GRADIENT_CHECK, locateSums, SummingRecord, sumCount, type WeightGradientShape } from './weightGradientShape.js'
import { addSums, WeightGradientSlots } from './weightGradientSum.js'

/** Writes down the kernel that sums over the pieces of a task. */
export function writeWeightGradient(machine: VectorMachine, shape: WeightGradientShape): void {
  const [remaining, piece] = [machine.variable(), machine.variable()]
  const pointer = machine.pointer()
  locateSums(machine, shape, pointer)
  if (!shape.onePiece) zeroFill(machine, pointer, sumCount(machine, shape))
  if (shape.inside) beginCheck(machine, GRADIENT_CHECK)
  locate(machine, pointer, TABLES_SLOT, SummingRecord.pieces)
  machine.keep(piece, pointer)
  machine.parameter(pointer, SummingRecord.pieceCount)
  machine.keep(remaining, pointer)
  machine.release(pointer)
  machine.repeatVariable(remaining, () => {
    gather(machine, shape, piece)
    addProducts(machine, shape)
  })
  if (shape.finish === null) return
  const [sums, result] = [machine.pointer(), machine.pointer()]
  locateSums(machine, shape, sums)
  locate(machine, result, WeightGradientSlots.result, SummingRecord.result)
  addSums(machine, shape.finish, sums, result)
  machine.release(sums, result)
}

function zeroFill(machine: VectorMachine, to: Pointer, elements: number): void {
  const zero = machine.vector()
  machine.zero(zero)
  machine.repeat(
    elements / machine.lanes,
    () => {
      machine.store({ base: to, offset: 0 }, zero)
      machine.advance(to, machine.lanes * machine.bytes)
    },
    { hot: true },
  )
  machine.release(zero)
}
