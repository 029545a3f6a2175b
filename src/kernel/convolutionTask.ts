/**
 * What the tasks of convolutions have in common: their records, the arguments of a call, and the band in scratch memory.
 *
 * @module
 */
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { FIRST_TENSOR_SLOT, SERIAL_SLOT, TABLES_SLOT } from './program.js'

/** The parameters of a task's record, by index: bytes from the arguments of the same name, and the band's key. */
export const ConvolutionRecord = { input: 0, weight: 1, bias: 2, output: 3, rowTable: 4, bandKey: 5, check: 6 } as const

/** The arguments of a call, by slot. */
export const ConvolutionSlots = {
  input: FIRST_TENSOR_SLOT,
  weight: FIRST_TENSOR_SLOT + 1,
  bias: FIRST_TENSOR_SLOT + 2,
  output: FIRST_TENSOR_SLOT + 3,
  /** Only where the epilogue has one: it stands as the output does. */
  residual: FIRST_TENSOR_SLOT + 4,
  /** Only where tasks pack and check their weights; these have no epilogue. */
  check: FIRST_TENSOR_SLOT + 4,
} as const

/** Scratch memory: what is gathered there, then that. */
const KEY_PLACE = 0
export const BAND_START = 64

/** One way along an axis of the kernel: taps, and how far they are apart in the band, in bytes. */
export interface TapAxis {
  readonly count: number
  readonly stride: number
}

/**
 * Gathers what the task reads in scratch memory, unless this thread has gathered the same for the task before: the call's serial
 * number and the band's key, added up, are kept in front of it.
 *
 * @param fill gets the input's first channel, the row table, and where what is gathered goes
 */
export function gatherOnce(
  machine: VectorMachine,
  fill: (input: Pointer, rowTable: Pointer, to: Pointer) => void,
): void {
  const [scratch, wanted, found] = [machine.pointer(), machine.pointer(), machine.pointer()]
  machine.scratch(scratch)
  machine.argument(wanted, SERIAL_SLOT)
  machine.parameter(found, ConvolutionRecord.bandKey)
  machine.advance(wanted, found)
  machine.loadNumber(found, { base: scratch, offset: KEY_PLACE })
  machine.ifDifferent(wanted, found, () => {
    machine.storeNumber({ base: scratch, offset: KEY_PLACE }, wanted)
    const [input, table] = [machine.pointer(), machine.pointer()]
    locate(machine, input, ConvolutionSlots.input, ConvolutionRecord.input)
    locate(machine, table, TABLES_SLOT, ConvolutionRecord.rowTable)
    machine.advance(scratch, BAND_START)
    fill(input, table, scratch)
    machine.release(input, table)
  })
  machine.release(scratch, wanted, found)
}
