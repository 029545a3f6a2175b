/**
 * A table of a network's layers: what torchinfo's `summary` shows.
 *
 * @see https://github.com/TylerYep/torchinfo
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { describe, RuntimeError, ValueError } from '../errors.js'
import type { Module } from '../nn/module.js'
import { zeros } from '../ops/creation/fromSizes.js'
import { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { type DType, dtypeInfo } from '../tensor/dtype.js'
import { formatShape, numelOf, type Shape } from '../tensor/layout.js'
import { layoutTable } from './table.js'

/** Options of {@link summary}. */
export interface SummaryOptions {
  /** The dtype of the input. Default: that of the first parameter, or float32. */
  dtype?: DType
  /** How deep to list modules within modules; what is deeper is counted in the last that is listed. Default: 3. */
  depth?: number
}

/** One module, where it was called. */
export interface SummaryRow {
  readonly name: string
  /** Its class. */
  readonly type: string
  /** 0 for the network itself. */
  readonly depth: number
  readonly outputShape: Shape
  /** Parameters of its own, without those of the modules in it; 0 if they have been counted before. */
  readonly parameters: number
  /** Those of them that are trained: 0 where it is frozen. */
  readonly trainableParameters: number
  /** Multiply-adds of its own parameters, as torchinfo counts them (biases included). */
  readonly multiplyAdds: number
  /** Whether it was called before: its parameters are shared. */
  readonly recursive: boolean
}

/** What {@link summary} found; printed, it is the table. */
export interface Summary {
  readonly rows: readonly SummaryRow[]
  readonly totalParameters: number
  readonly trainableParameters: number
  readonly totalMultiplyAdds: number
  /** Bytes of the input, of all layers' outputs (twice, for the backward pass), and of the parameters. */
  readonly bytes: { readonly input: number; readonly passes: number; readonly parameters: number }
  toString(): string
}

/**
 * Runs a network once on zeros and tells what each layer makes, how many parameters it has, and how many multiply-adds
 * it takes.
 *
 * @param inputShape the whole shape, batch included; or a list of shapes for a network with several inputs
 * @example console.log(String(tools.summary(net, [64, 1, 28, 28])))
 */
export function summary(model: Module, inputShape: Shape | readonly Shape[], options: SummaryOptions = {}): Summary {
  const { dtype: wanted, depth = 3 } = checkOptions('summary', options, ['dtype', 'depth'])
  checkDepth(depth)
  const shapes = (typeof inputShape[0] === 'number' ? [inputShape] : inputShape) as readonly Shape[]
  const parameters = [...model.parameters()]
  const dtype = wanted ?? parameters[0]?.dtype ?? 'float32'
  const inputs = shapes.map(shape => zeros([...shape], { dtype }))
  const rows = trace(model, inputs)
  const sizeOf = (count: number, of: DType) => count * dtypeInfo(of).bytes
  const leaves = rows.filter((row, i) => !(rows[i + 1] && rows[i + 1]!.depth > row.depth))
  const totals = {
    totalParameters: parameters.reduce((sum, parameter) => sum + parameter.numel(), 0),
    trainableParameters: parameters.reduce((sum, p) => sum + (p.requiresGrad ? p.numel() : 0), 0),
    totalMultiplyAdds: rows.reduce((sum, row) => sum + row.multiplyAdds, 0),
    bytes: {
      input: shapes.reduce((sum, shape) => sum + sizeOf(numelOf(shape), dtype), 0),
      passes: 2 * leaves.reduce((sum, row) => sum + sizeOf(numelOf(row.outputShape), dtype), 0),
      parameters: parameters.reduce((sum, parameter) => sum + sizeOf(parameter.numel(), parameter.dtype), 0),
    },
  }
  const shown = rows
    .map((row, at) => (row.depth === depth ? withInner(rows, at) : row))
    .filter(row => row.depth <= depth)
  return { rows, ...totals, toString: () => layoutTable(shown, totals) }
}

function checkDepth(depth: unknown): void {
  const rule =
    "summary(): argument 'depth' must be a whole number from 0 (the network alone) on, or Infinity (all modules)"
  if (typeof depth !== 'number') throw new TypeError(`${rule}, but got ${describe(depth)}`)
  if (depth >= 0 && (Number.isInteger(depth) || depth === Number.POSITIVE_INFINITY)) return
  throw new ValueError(`${rule}, but got depth=${depth}`)
}

/** A row that stands for the rows of the modules in it too, which are not shown. */
function withInner(rows: readonly SummaryRow[], at: number): SummaryRow {
  const row = rows[at]!
  const end = rows.findIndex((other, i) => i > at && other.depth <= row.depth)
  const all = rows.slice(at, end < 0 ? rows.length : end)
  const sum = (name: 'parameters' | 'trainableParameters' | 'multiplyAdds') =>
    all.reduce((total, own) => total + own[name], 0)
  return {
    ...row,
    parameters: sum('parameters'),
    trainableParameters: sum('trainableParameters'),
    multiplyAdds: sum('multiplyAdds'),
  }
}

/** Calls the network with a hook on every module, and writes down each call in order. */
function trace(model: Module, inputs: readonly Tensor[]): SummaryRow[] {
  const rows: SummaryRow[] = []
  const counted = new Set<unknown>()
  const open: number[] = []
  const handles = [...model.namedModules()].flatMap(([name, module]) => [
    module.registerForwardPreHook(() => {
      open.push(rows.length)
      rows.push({
        name,
        type: module.constructor.name,
        depth: open.length - 1,
        ...NOTHING,
        recursive: counted.has(module),
      })
      counted.add(module)
    }),
    module.registerForwardHook((_module, _inputs, output) => {
      const at = open.pop()!
      rows[at] = { ...rows[at]!, ...measure(module, output, counted) }
    }),
  ])
  const modes = new Map([...model.modules()].map(module => [module, module.training] as const))
  try {
    // in evaluation mode, so that a summary leaves running statistics and random numbers alone
    model.eval()
    noGrad(() => (model as (...inputs: Tensor[]) => unknown)(...inputs))
  } catch (error) {
    const reached = rows.map(row => row.name || row.type).join(' → ')
    throw new RuntimeError(
      `summary(): the network refused an input of ${inputs.map(input => formatShape(input.shape)).join(', ')}: ${(error as Error).message} (reached: ${reached})`,
    )
  } finally {
    for (const handle of handles) handle.remove()
    for (const [module, training] of modes) module.training = training
  }
  return rows
}

const NOTHING = { outputShape: [] as Shape, parameters: 0, trainableParameters: 0, multiplyAdds: 0 }

/** What one call of a module made, and the parameters that are its own. */
function measure(module: Module, output: unknown, counted: Set<unknown>): Pick<SummaryRow, keyof typeof NOTHING> {
  const first: unknown = Array.isArray(output) ? output[0] : output
  const outputShape = first instanceof Tensor ? first.shape : []
  const own = [...module.namedParameters()].filter(([name]) => !name.includes('.')).map(([, parameter]) => parameter)
  const fresh = own.filter(parameter => !counted.has(parameter))
  const sizeOf = (parameters: typeof own) => parameters.reduce((sum, parameter) => sum + parameter.numel(), 0)
  for (const parameter of own) counted.add(parameter)
  const places = /^(Lazy)?Conv/.test(module.constructor.name) ? numelOf(outputShape.slice(2)) : 1
  return {
    outputShape,
    parameters: sizeOf(fresh),
    trainableParameters: sizeOf(fresh.filter(({ requiresGrad }) => requiresGrad)),
    multiplyAdds: sizeOf(own) * places * (outputShape[0] ?? 1),
  }
}
