/**
 * The code of three small kernels for each instruction set, so that a change of what is emitted shows. It is emitted, not
 * run: any processor will do. `npx vitest run test/x64/snapshots.test.ts -u` accepts a change.
 */
import { describe, expect, test } from 'vitest'
import { emit } from '../../src/backends/x64/compile.js'
import { machineShape } from '../../src/backends/x64/machine.js'
import type { InstructionSet } from '../../src/backends/x64/runtime/index.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import type { MachineShape } from '../../src/kernel/bandPlan.js'
import { planChannelLanes } from '../../src/kernel/channelLanesPlan.js'
import { planDepthwise } from '../../src/kernel/depthwisePlan.js'
import { planPixelLanes } from '../../src/kernel/pixelLanesPlan.js'
import type { KernelProgram } from '../../src/kernel/program.js'
import { planWeightGradient } from '../../src/kernel/weightGradientPlan.js'
import { PLAIN } from '../differential/support/specs.js'
import { disassemble, needObjdump } from './disassemble.js'

/** A row: taps, channels and pixels that are all different, so few that the code stays short. */
const ROW: ConvSpec = {
  ...PLAIN,
  spatialRank: 1,
  batch: 1,
  inChannels: 3,
  outChannels: 5,
  input: [1, 1, 7],
  kernel: [1, 1, 2],
  output: [1, 1, 6],
  padBefore: [0, 0, 0],
  padAfter: [0, 0, 0],
}

const DEPTHWISE: ConvSpec = {
  ...ROW,
  inChannels: 2,
  outChannels: 2,
  groups: 2,
  padBefore: [0, 0, 1],
  output: [1, 1, 7],
}

const OPTIONS = { bias: true, wantedTasks: 1, bandBytes: 2 ** 18 }

const PROGRAMS: Readonly<Record<string, (machine: MachineShape) => KernelProgram>> = {
  'channel-lanes': machine => planChannelLanes(machine, ROW, 'forward', OPTIONS).program,
  'pixel-lanes': machine => planPixelLanes(machine, ROW, 'forward', OPTIONS).program,
  depthwise: machine => planDepthwise(machine, DEPTHWISE, 'forward', OPTIONS),
  'weight-gradient': machine => planWeightGradient(machine, ROW, OPTIONS).program,
}

describe.for<InstructionSet>(['avx512', 'avx2'])('%s', instructionSet => {
  test.for(Object.entries(PROGRAMS))('%s', async ([name, plan], context) => {
    needObjdump(context)
    const program = plan(machineShape('float32', instructionSet))
    const listings = emit(program, 'float32', instructionSet).map(({ bytes, length }) => disassemble(bytes, length))
    await expect(`${listings.join('\n\n')}\n`).toMatchFileSnapshot(`__snapshots__/${name}.${instructionSet}.asm`)
  })
})
