/**
 * The end of a weight's gradient: adds up the sums of several tasks, if there are several, and puts them in the order of the
 * weight.
 *
 * @module
 */
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { FIRST_TENSOR_SLOT } from './program.js'

export const WeightGradientSlots = {
  gradient: FIRST_TENSOR_SLOT,
  input: FIRST_TENSOR_SLOT + 1,
  sums: FIRST_TENSOR_SLOT + 2,
  result: FIRST_TENSOR_SLOT + 3,
  /** Only where products with padding are left out: a vector for each task, of zeros if its gradients are finite, else NaN. */
  check: FIRST_TENSOR_SLOT + 4,
} as const

/** Where each of a task's sums stands: [input channel][tap][output channel, filled up to whole vectors]. */
export function paddedChannels({ lanes }: Pick<VectorMachine, 'lanes'>, channels: number): number {
  return Math.ceil(channels / lanes) * lanes
}

/** The parameters of a task that adds up: bytes from the arguments of the same name. */
export const AddingRecord = { sums: 0, result: 1 } as const

export interface AddingShape {
  /** How many tasks' sums there are, and how far they are apart, in bytes. */
  readonly parts: number
  readonly partStride: number
  /** Sums of each output channel: input channels times taps; neighbours in the weight. */
  readonly elements: number
  readonly channels: number
  /** How far an output channel is from the next in the weight, in bytes. */
  readonly resultChannelStride: number
}

export function writeWeightGradientSum(machine: VectorMachine, shape: AddingShape): void {
  const [sums, result] = [machine.pointer(), machine.pointer()]
  locate(machine, sums, WeightGradientSlots.sums, AddingRecord.sums)
  locate(machine, result, WeightGradientSlots.result, AddingRecord.result)
  addSums(machine, shape, sums, result)
  machine.release(sums, result)
}

/** Adds up, and stores the results. The pointers move on. */
export function addSums(machine: VectorMachine, shape: AddingShape, sums: Pointer, result: Pointer): void {
  const { lanes, bytes, storedBytes } = machine
  const { elements, channels, resultChannelStride } = shape
  const elementStride = paddedChannels(machine, channels) * bytes

  /** A square of `rows` elements by a vector of channels, transposed into the rows of these channels. */
  const square = (rows: number, own: number): void => {
    const byElement = Array.from({ length: lanes }, (_, i) => {
      const sum = machine.vector()
      for (let part = 0; part < shape.parts && i < rows; part++) {
        const from = { base: sums, offset: part * shape.partStride + i * elementStride }
        if (part === 0) machine.load(sum, from)
        else machine.add(sum, sum, from)
      }
      return sum
    })
    const byChannel = machine.transpose(byElement)
    for (let i = 0; i < own; i++) {
      machine.round(byChannel[i]!)
      machine.write({ base: result, offset: i * resultChannelStride }, byChannel[i]!, 0, rows)
    }
    machine.release(...byChannel)
  }
  const full = Math.floor(elements / lanes)
  const block = (own: number): void => {
    machine.repeat(
      full,
      () => {
        square(lanes, own)
        machine.advance(sums, lanes * elementStride)
        machine.advance(result, lanes * storedBytes)
      },
      { hot: true },
    )
    if (elements % lanes > 0) square(elements % lanes, own)
    machine.advance(sums, lanes * bytes - full * lanes * elementStride)
    machine.advance(result, own * resultChannelStride - full * lanes * storedBytes)
  }
  machine.repeat(Math.floor(channels / lanes), () => block(lanes))
  if (channels % lanes > 0) block(channels % lanes)
}
