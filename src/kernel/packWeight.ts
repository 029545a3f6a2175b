/**
 * Weights in the order in which kernels read them: [group][block of channels][source channel][tap][channel].
 *
 * The weight is a matrix, for each group: a row for each result channel, whose elements are the source channels and taps
 * (forward), or the taps of one source channel at a time (input gradient). Squares of it are transposed in registers.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import type { MachineShape } from './bandPlan.js'
import { type ConvolutionProgram, type PixelPass, tapCount, type Walks } from './convolutionPlan.js'
import { FiniteCheck } from './finiteCheck.js'
import { locate } from './locate.js'
import type { Place, Pointer, Vector, VectorMachine } from './machine.js'
import { FIRST_TENSOR_SLOT, type KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'

/** The arguments of a call, and the parameters of a task's record: bytes from the arguments of the same name. */
const Slots = { weight: FIRST_TENSOR_SLOT, packed: FIRST_TENSOR_SLOT + 1, check: FIRST_TENSOR_SLOT + 2 } as const
const Record = { weight: 0, packed: 1, check: 2 } as const

const WEIGHT_CHECK = { slot: Slots.check, parameter: Record.check } as const

/** Packs a block of channels. Strides in bytes. */
export interface PackShape {
  readonly channels: number
  /** From a channel to the next, in the weight. */
  readonly channelStride: number
  /** Rows of neighbouring elements: so many, this far apart in the weight and in the packed block. */
  readonly rows: number
  readonly rowStride: number
  readonly packedRowStride: number
  /** Where each element of a row goes in the packed block, in vectors of a whole block; `null` for a tap that is not wanted. */
  readonly places: readonly (number | null)[] | { readonly count: number }
  /** Bytes of a packed element: its channels, filled up to whole vectors. */
  readonly packedElement: number
}

/** Rows, and channels where there is one row, are pages apart: the processor does not see where they are read next. */
const ROWS_AHEAD = 4
const BYTES_AHEAD = 512

function writePackWeight(machine: VectorMachine, shape: PackShape): void {
  const [from, to] = [machine.pointer(), machine.pointer()]
  locate(machine, from, Slots.weight, Record.weight)
  locate(machine, to, Slots.packed, Record.packed)
  const check = new FiniteCheck(machine)
  packBlock(machine, shape, from, to, check)
  check.finish(WEIGHT_CHECK, false)
  machine.release(from, to)
}

/** Packs the weights of a block, and checks them. The pointers move on. */
export function packBlock(
  machine: VectorMachine,
  shape: PackShape,
  from: Pointer,
  to: Pointer,
  check: FiniteCheck,
): void {
  machine.repeat(shape.rows, () => {
    for (let first = 0; first < shape.channels; first += machine.lanes) {
      packVector(machine, shape, first, from, to, check)
    }
    machine.advance(from, shape.rowStride)
    machine.advance(to, shape.packedRowStride)
  })
}

/** One row for a vector of channels. */
function packVector(
  machine: VectorMachine,
  shape: PackShape,
  first: number,
  from: Pointer,
  to: Pointer,
  check: FiniteCheck,
): void {
  const { lanes, bytes, storedBytes } = machine
  const own = Math.min(lanes, shape.channels - first)
  const [weight, packed] = [first * shape.channelStride, first * bytes]
  // lanes beyond the last channel become zeros where there is room for them
  const stored = Math.min(lanes, shape.packedElement / bytes - first)
  const store = (place: Place, vector: Vector) => machine.storeFirst(place, vector, stored)
  const ahead = shape.rows > 1 ? ROWS_AHEAD * shape.rowStride : BYTES_AHEAD
  if (shape.channelStride === storedBytes) {
    // neighbours already
    const vector = machine.vector()
    machine.read(vector, { base: from, offset: weight }, own)
    check.look(vector)
    store({ base: to, offset: packed }, vector)
    machine.release(vector)
    return
  }
  const square = (element: number, places: readonly (number | null)[]): void => {
    const channels = Array.from({ length: lanes }, () => machine.vector())
    for (const [i, channel] of channels.entries()) {
      const offset = weight + i * shape.channelStride + element * storedBytes
      if (i < own) {
        machine.read(channel, { base: from, offset }, places.length)
        machine.prefetch({ base: from, offset: offset + ahead })
        check.look(channel)
      } else machine.zero(channel)
    }
    const elements = machine.transpose(channels)
    for (const [i, place] of places.entries()) {
      if (place === null) continue
      store({ base: to, offset: packed + place * shape.packedElement }, elements[i]!)
    }
    machine.release(...elements)
  }
  if ('count' in shape.places) {
    const next = Array.from({ length: lanes }, (_, i) => i)
    const full = Math.floor(shape.places.count / lanes)
    const rest = shape.places.count % lanes
    const move = (squares: number): void => {
      machine.advance(from, squares * lanes * storedBytes)
      machine.advance(to, squares * lanes * shape.packedElement)
    }
    machine.repeat(
      full,
      () => {
        square(0, next)
        move(1)
      },
      { hot: true },
    )
    if (rest > 0) square(0, next.slice(0, rest))
    move(-full)
    return
  }
  for (let element = 0; element < shape.places.length; element += lanes) {
    const places = shape.places.slice(element, element + lanes)
    if (places.some(place => place !== null)) square(element, places)
  }
}

/** Whether the weight is in the order of the packed one as it is: where each block is one channel of one filter. */
export function isPacked(
  machine: MachineShape,
  spec: ConvSpec,
  pass: PixelPass,
  { phases }: Pick<ConvolutionProgram, 'phases'>,
): boolean {
  if (machine.storedBytes !== machine.bytes || phases.length !== 1 || phases[0]!.blockChannels !== 1) return false
  const { walks } = phases[0]!
  const inOrder = walks.every(
    (walk, axis) => walk.taps.length === spec.kernel[axis] && walk.taps.every((tap, i) => tap.index === i),
  )
  return inOrder && (pass === 'forward' || spec.inChannels === spec.groups)
}

export interface PackingProgram {
  readonly program: KernelProgram
  /** Elements of the check. */
  readonly checkLength: number
  /** Equal for programs that pack alike. */
  readonly text: string
}

/**
 * The program that packs weights for another program. Its tensors are the contiguous weight, the packed one, and a check
 * of a vector for each task, whose elements are zero if those of the weight are finite, else NaN.
 */
export function planPackWeight(
  machine: MachineShape,
  spec: ConvSpec,
  pass: PixelPass,
  { phases, channelPadding }: Pick<ConvolutionProgram, 'phases' | 'channelPadding'>,
): PackingProgram {
  const builder = new ProgramBuilder()
  let checkLength = 0
  const { inside, outside, kernel } = extents(spec)
  const results = pass === 'forward' ? outside : inside
  for (const phase of phases) {
    const taps = tapCount(phase.walks)
    for (let group = 0; group < spec.groups; group++) {
      let packed = phase.start + group * phase.groupLength
      for (let first = 0; first < results; first += phase.blockChannels) {
        const channels = Math.min(phase.blockChannels, results - first)
        const padded = Math.ceil(channels / channelPadding) * channelPadding
        const shape = packShape(machine, spec, pass, phase.walks, channels, padded)
        builder.task(
          builder.kernel(JSON.stringify(shape), own => writePackWeight(own, shape)),
          [
            group * outside * inside * kernel * machine.storedBytes + first * shape.channelStride,
            packed * machine.bytes,
            checkLength * machine.bytes,
          ],
        )
        checkLength += machine.lanes
        packed += padded * taps * (pass === 'forward' ? inside : outside)
      }
    }
  }
  return { program: builder.finish(), checkLength, text: builder.text() }
}

/** The axes of a group's weight. */
function extents({ inChannels, outChannels, groups, kernel }: ConvSpec) {
  return { inside: inChannels / groups, outside: outChannels / groups, kernel: numelOf(kernel) }
}

/** How a block of so many result channels is packed, filled up to `padded`. */
export function packShape(
  { bytes, storedBytes }: Pick<MachineShape, 'bytes' | 'storedBytes'>,
  spec: ConvSpec,
  pass: PixelPass,
  walks: Walks,
  channels: number,
  padded: number,
): PackShape {
  const { inside, kernel } = extents(spec)
  const channelStride = (pass === 'forward' ? inside * kernel : kernel) * storedBytes
  const packedElement = padded * bytes
  return { channels, channelStride, ...rowsOf(pass, walks, spec, packedElement, storedBytes), packedElement }
}

function rowsOf(
  pass: PixelPass,
  walks: Walks,
  spec: ConvSpec,
  packedElement: number,
  storedBytes: number,
): Pick<PackShape, 'rows' | 'rowStride' | 'packedRowStride' | 'places'> {
  const { inside, outside, kernel } = extents(spec)
  if (pass === 'forward') {
    return { rows: 1, rowStride: 0, packedRowStride: 0, places: { count: inside * kernel } }
  }
  const [depth, height, width] = walks
  const order = depth.taps.flatMap(d =>
    height.taps.flatMap(h => width.taps.map(w => (d.index * spec.kernel[1] + h.index) * spec.kernel[2] + w.index)),
  )
  return {
    rows: outside,
    rowStride: inside * kernel * storedBytes,
    packedRowStride: order.length * packedElement,
    places: Array.from({ length: kernel }, (_, tap) => (order.includes(tap) ? order.indexOf(tap) : null)),
  }
}
