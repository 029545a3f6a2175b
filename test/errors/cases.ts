/**
 * What PyTorch does with an expression, and whether ours does the same.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Tensor } from '../../src/ops/tensor.js'
import { evaluate, type Outcome } from './python/evaluate.js'
import type { Span } from './python/syntax.js'
import { Float, write } from './python/values.js'
import { world } from './torch.js'
import { FAULTY_ARGUMENT } from './unreadable.js'

/** A tensor that came out. Values are there only for small ones. */
interface TensorFact {
  readonly tensor: true
  readonly shape: readonly number[]
  readonly dtype: string
  readonly values?: readonly string[]
}

/** One expression and PyTorch's answer: `ok`, or `exception` and `message`. */
export interface Case {
  readonly section: string
  readonly expr: string
  readonly ok?: string | TensorFact
  readonly exception?: string
  readonly message?: string
  /** Which columns of the expression raised. */
  readonly at?: Span
}

function read(path: string): Case[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')).cases
}

/** The 403 expressions of the golden file, with the place that raised. */
export function goldenCases(): Case[] {
  const stages = new Map(read('./fixtures/stages.json').map(({ expr, at }) => [expr, at]))
  return read('../golden/data/conv2d-errors.json').map(one => ({ ...one, at: stages.get(one.expr) }))
}

/** The further expressions of fixtures/generate.py. */
export const furtherCases = (): Case[] => read('./fixtures/pairs.json')

/** Texts that speak of Python's and C++'s types rather than of the fault: not to be copied. */
const UNREADABLE =
  /invalid combination of arguments|must be tuple of SymInts|not supported between instances|not all arguments converted|has no len\(\)/

/** "conv2d(): argument 'weight' (position 2) must be Tensor, not NoneType": only the name is kept from such a text. */
const WRONG_TYPE = /argument '(?<name>\w+)'(?: \(position \d+\))? must be [\w ]+, not \w+/

/** Python prints sets in an order that changes from run to run, and PyTorch's texts have slips of the pen. */
function tidy(text: string): string {
  return text
    .replace(/\{('[^']*'(?:, '[^']*')*)\}/g, (_, items: string) => `{${items.split(', ').sort().join(', ')}}`)
    .replace(/^2input/, 'input')
    .replace(/ ?\) ?is too small/, ') is too small')
    .trim()
}

/** What our message must contain. */
function wording({ expr, message }: Case): string {
  const wrongType = WRONG_TYPE.exec(message!)
  if (wrongType) return `'${wrongType.groups!.name}'`
  if (!UNREADABLE.test(message!)) return tidy(message!)
  const argument = FAULTY_ARGUMENT[expr]
  if (argument === undefined) throw new Error(`unreadable.ts must say which argument is at fault in ${expr}`)
  return `'${argument}'`
}

/** Evaluates an expression over our API. */
export const run = (expr: string): Outcome => evaluate(expr, world)

/** What came of an expression, in one line for reports. */
export function summary(outcome: Outcome): string {
  if (outcome.error) return `${outcome.error.name}: ${outcome.error.message}`
  const { value } = outcome
  if (!(value instanceof Tensor)) return `ok ${write(value)}`
  return `ok torch.${value.dtype} [${value.shape.join(', ')}]`
}

/** `null` where ours does what PyTorch does, else a sentence that says what differs. */
export function difference(expected: Case, outcome: Outcome): string | null {
  if (expected.exception === undefined) {
    if (outcome.error) return `PyTorch accepts it; ours: ${summary(outcome)}`
    return typeof expected.ok === 'string'
      ? differentText(expected.ok, write(outcome.value))
      : differentTensor(expected.ok!, outcome.value, expected.expr)
  }
  const theirs = `${expected.exception}: ${expected.message}`
  if (!outcome.error) return `PyTorch refuses it (${theirs}); ours: ${summary(outcome)}`
  if (outcome.error.name !== expected.exception) return `the class differs: ${theirs}; ours: ${summary(outcome)}`
  if (`${expected.at}` !== `${outcome.at}`) {
    const part = (at: Span) => expected.expr.slice(...at)
    return `PyTorch refuses in ${part(expected.at!)}, ours in ${part(outcome.at)}`
  }
  const [wanted, own] = [wording(expected), tidy(outcome.error.message)]
  return own.includes(wanted) ? null : `the message must contain: ${wanted}\nours: ${own}`
}

function differentText(expected: string, own: string): string | null {
  return own === expected ? null : `PyTorch: ${expected}\nours: ${own}`
}

function differentTensor(expected: TensorFact, own: unknown, expr: string): string | null {
  if (!(own instanceof Tensor)) return `PyTorch gives a tensor, ours ${write(own)}`
  const [theirs, ours] = [`${expected.dtype} [${expected.shape}]`, `torch.${own.dtype} [${own.shape}]`]
  if (theirs !== ours) return `PyTorch: ${theirs}; ours: ${ours}`
  // what a module computes depends on its random weights
  if (!expected.values || expr.includes('nn.')) return null
  const floating = own.dtype.startsWith('float')
  const values = Array.from(own.dataSync() as ArrayLike<number>, x =>
    Number.isNaN(x) ? 'nan' : write(floating ? new Float(x) : x),
  )
  return differentText(expected.values.join(), values.join())
}
