/**
 * Products of matrices by compiled kernels.
 *
 * @module
 */

import type { Precision } from '../../kernel/machine.js'
import { type MatrixProblem, type MatrixStrides, planMatrixProduct } from '../../kernel/matrixProductPlan.js'
import { convert } from '../../tensor/copy.js'
import { partOf } from '../../tensor/freedMemory.js'
import { forEachRun } from '../../tensor/iterate.js'
import { numelOf } from '../../tensor/layout.js'
import { NumbersKey, NumbersMap } from '../../tensor/numbersMap.js'
import { allocateUnwritten, type Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { type MatrixAlgorithm, type MatrixOperands, matrixProductName } from '../matrixProduct.js'
import { getNumThreads } from '../threads.js'
import { productPrecision } from './precision.js'
import { refuseDtype } from './problem.js'
import type { RunProgram, Target } from './target.js'

/** A program that works on ever new sizes must not keep a plan for each. */
const PLANS_KEPT = 256

/** Below this many multiplications, the other threads are not worth waking. */
const FEWEST_FOR_THREADS = 2 ** 18

/** Tables count the bytes of a matrix in 32 bits. */
const MOST_BYTES = 2 ** 30

type Plans = NumbersMap<{ readonly variant: string; readonly run: RunProgram }>

const key = new NumbersKey()
const PRECISIONS: readonly Precision[] = ['float32', 'float64', 'widened']

export function matrixProduct(target: Target): MatrixAlgorithm {
  const name = `${target.name}/matrix-product`
  // by everything that they depend on: target, type, threads, sizes and strides
  const plans: Plans = new NumbersMap(PLANS_KEPT)
  const multiplyHere = (operands: MatrixOperands) => multiply(target.current(), plans, operands)
  return {
    name,
    refuse: operands => refuse(target, operands),
    multiply: timed(matrixProductName, multiplyHere, name),
  }
}

function refuse(target: Target, { a, b, bias }: MatrixOperands): string | null {
  const declined = refuseDtype(a.dtype)
  if (declined !== null) return declined
  if (numelOf(a.shape) === 0 || numelOf(b.shape) === 0) return 'has no sums of nothing'
  for (const tensor of bias ? [a, b, bias] : [a, b]) {
    if (!isWithin(tensor)) return 'reads arrays that are as long as they were'
    if (2 * 8 * extent(tensor, -2) > MOST_BYTES) return 'counts bytes of a matrix in 32 bits'
  }
  const results = numelOf(a.shape.slice(0, -1)) * b.shape.at(-1)!
  const elements = [a, b, bias ?? a].reduce((sum, own) => sum + extent(own), results)
  if (8 * elements > target.mostBytes) return `has no room for operands of more than ${target.mostBytes / 2 ** 20} MiB`
  return 8 * a.shape.at(-2)! * b.shape.at(-1)! > MOST_BYTES ? 'counts bytes of a matrix in 32 bits' : null
}

function multiply(target: Target, plans: Plans, { a, b, bias }: MatrixOperands): Tensor {
  const out = allocateUnwritten([...a.shape.slice(0, -1), b.shape.at(-1)!], a.dtype)
  const [x, y] = [laidOut(a), laidOut(b)]
  const z = bias && (biasStrides(bias) ? bias : convert(bias, a.dtype, 'contiguous'))
  const precision = productPrecision(a.dtype, a.shape.at(-1)!, b.shape.at(-1)!)
  const run = planOf(target, plans, x, y, z, precision)
  const data = (tensor: Tensor) =>
    partOf(tensor.storage.data, tensor.offset, target.copies ? tensor.offset + extent(tensor) + 1 : undefined)
  run([data(x), data(y), data(z ?? x), out.storage.data], true, true)
  return out
}

function planOf(
  target: Target,
  plans: Plans,
  x: Tensor,
  y: Tensor,
  z: Tensor | null,
  precision: Precision,
): RunProgram {
  key.clear().add(PRECISIONS.indexOf(precision)).add(getNumThreads())
  key.addAll(x.shape).addAll(x.strides).addAll(y.shape).addAll(y.strides)
  if (z) key.addAll(z.shape).addAll(z.strides)
  const known = plans.get(key)
  const variant = target.variant()
  if (known?.variant === variant) return known.run
  const run = prepare(target, x, y, z, precision)
  plans.set(key, { variant, run })
  return run
}

/** How far the last element is from the first, along the dimensions from this one on. */
function extent({ shape, strides }: Tensor, from = 0): number {
  let last = 0
  for (let dim = from < 0 ? shape.length + from : from; dim < shape.length; dim++)
    last += (shape[dim]! - 1) * strides[dim]!
  return last
}

/** Whether all elements are in the array, which its owner may have shortened. */
function isWithin(tensor: Tensor): boolean {
  return tensor.offset + extent(tensor) < tensor.storage.data.length && tensor.strides.every(isForward)
}

const isForward = (stride: number) => stride >= 0

/** The strides of the matrices, with a 1 for rows or for columns; `null` if elements have no neighbours in memory. */
function matrixStrides({ shape, strides }: Tensor): MatrixStrides | null {
  const [rows, columns] = shape.slice(-2) as [number, number]
  const [row, column] = strides.slice(-2) as [number, number]
  if (column === 1 || columns === 1) return { row, column: 1 }
  return row === 1 || rows === 1 ? { row: 1, column } : null
}

const laidOut = (tensor: Tensor): Tensor =>
  matrixStrides(tensor) ? tensor : convert(tensor, tensor.dtype, 'contiguous')

/** The strides of a bias, whose columns are side by side or all the same; else `null`. */
function biasStrides({ shape, strides }: Tensor): MatrixStrides | null {
  const [row, column] = strides.slice(-2) as [number, number]
  if (shape.at(-1) === 1) return { row, column: 1 }
  return column === 1 || column === 0 ? { row, column } : null
}

function prepare(target: Target, a: Tensor, b: Tensor, bias: Tensor | null, precision: Precision): RunProgram {
  const [rows, steps, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!]
  const problem: MatrixProblem = {
    rows,
    steps,
    columns,
    a: matrixStrides(a)!,
    b: matrixStrides(b)!,
    bias: bias && biasStrides(bias),
    pairs: pairsOf(a, b, bias),
  }
  const threads = getNumThreads()
  const products = problem.pairs.length * rows * steps * columns
  const isLarge = products >= FEWEST_FOR_THREADS
  const plan = planMatrixProduct(target.machine(precision), problem, {
    wantedTasks: target.wantedTasks(isLarge ? threads : 1, products),
    nearBytes: target.caches().l2 / 4,
  })
  const run = target.compile(plan.program, precision, { results: { 3: 'whole' }, sameKernels: plan.kernel })
  return isLarge ? run : (tensors, _, isLast) => run(tensors, false, isLast)
}

/** Where the matrices of each pair begin. */
function pairsOf(a: Tensor, b: Tensor, bias: Tensor | null): MatrixProblem['pairs'] {
  const pairs: { a: number; b: number; bias: number }[] = []
  const batch = [a, b, bias ?? a].map(({ strides }) => ({ offset: 0, strides: strides.slice(0, -2) }))
  forEachRun(a.shape.slice(0, -2), batch, ([i, j, k], [stepI, stepJ, stepK], length) => {
    for (let p = 0; p < length; p++) pairs.push({ a: i! + p * stepI!, b: j! + p * stepJ!, bias: k! + p * stepK! })
  })
  return pairs
}
