/**
 * `torch`, `nn` and `F` as the Python expressions see them, over our own API: snake_case names become camelCase, what
 * stands behind the arguments that we take by position goes into the options object, classes are called without `new`.
 *
 * @module
 */
import * as convforge from '../../src/index.js'
import { nn, type Tensor } from '../../src/index.js'
import { Tensor as TensorClass } from '../../src/ops/tensor.js'
import type { World } from './python/evaluate.js'
import {
  type Callable,
  Float,
  Inexpressible,
  isDictionary,
  Named,
  Tuple,
  toJavaScript,
  write,
} from './python/values.js'

/** `in_channels` to `inChannels`; the trailing underscore of an in-place form stays. */
const camel = (name: string) => name.replace(/(?<=\w)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

type Options = Readonly<Record<string, unknown>>
type AnyFunction = (...args: unknown[]) => unknown

/** An argument for our own API; a Python function becomes one that JavaScript can call. */
function argument(value: unknown): unknown {
  if (typeof value !== 'function' || value instanceof nn.Module) return toJavaScript(value)
  return (...args: unknown[]) => (value as Callable)(args, {})
}

function camelOptions(keywords: Options): Options {
  return Object.fromEntries(Object.entries(keywords).map(([name, value]) => [camel(name), argument(value)]))
}

/** The arguments of a call of ours, from those of a Python call. */
type Translation = (args: readonly unknown[], keywords: Options) => unknown[]

/** By position as they are, keyword arguments in a trailing object. */
const asGiven: Translation = (args, keywords) => {
  const options = camelOptions(keywords)
  return [...args.map(argument), ...(Object.keys(options).length > 0 ? [options] : [])]
}

/**
 * The first names by position and the others as options, however Python was given them. More arguments than names are
 * passed on as they are: what a careless port would write.
 */
function signature(positional: readonly string[], optional: readonly string[]): Translation {
  const names = [...positional, ...optional]
  return (args, keywords) => {
    if (args.length > names.length) return args.map(argument)
    const given: Options = { ...Object.fromEntries(args.map((value, i) => [names[i], value])), ...keywords }
    const first = positional.map(name => argument(given[name]))
    const options = camelOptions(
      Object.fromEntries(Object.entries(given).filter(([name]) => !positional.includes(name))),
    )
    if (Object.keys(options).length > 0) return [...first, options]
    while (first.length > 0 && first.at(-1) === undefined) first.pop()
    return first
  }
}

const CONV = ['stride', 'padding', 'dilation', 'groups', 'bias', 'padding_mode', 'device', 'dtype']
const TRANSPOSED = [
  'stride',
  'padding',
  'output_padding',
  'groups',
  'bias',
  'dilation',
  'padding_mode',
  'device',
  'dtype',
]

/** How the arguments of modules and functions are ordered in Python. */
function translationOf(name: string): Translation {
  const channels = name.startsWith('Lazy')
    ? ['out_channels', 'kernel_size']
    : ['in_channels', 'out_channels', 'kernel_size']
  if (/ConvTranspose\dd$/.test(name)) return signature(channels, TRANSPOSED)
  if (/Conv\dd$/.test(name)) return signature(channels, CONV)
  const tensors = ['input', 'weight', 'bias']
  if (/^conv_transpose\dd$/.test(name))
    return signature(tensors, ['stride', 'padding', 'output_padding', 'groups', 'dilation'])
  if (/^conv\dd$/.test(name)) return signature(tensors, ['stride', 'padding', 'dilation', 'groups'])
  if (name === 'pad') return signature(['input', 'pad', 'mode', 'value'], [])
  if (name === 'unfold') return signature(['input', 'kernel_size'], ['dilation', 'padding', 'stride'])
  if (name === 'fold') return signature(['input', 'output_size', 'kernel_size'], ['dilation', 'padding', 'stride'])
  return asGiven
}

/** A namespace such as `torch.nn.functional`: its attributes are looked up in an object of ours. */
class Namespace {
  constructor(
    readonly of: object,
    readonly extra: Options = {},
  ) {}

  attribute(name: string): unknown {
    if (Object.hasOwn(this.extra, name)) return this.extra[name]
    const found = Reflect.get(this.of, camel(name)) as AnyFunction | undefined
    if (found === undefined) throw new Inexpressible(`convforge has no ${camel(name)}`)
    const translate = translationOf(name)
    const callable: Callable = (args, keywords) => {
      const own = translate(args, keywords)
      return fromJavaScript(/^[A-Z]/.test(name) ? Reflect.construct(found, own) : found(...own))
    }
    return callable
  }
}

const isTensor = (value: unknown): value is Tensor => value instanceof TensorClass

/** Our results as Python's: what returns nothing returns None there. */
function fromJavaScript(value: unknown): unknown {
  return value === undefined ? null : value
}

const asFloats = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(asFloats) : typeof value === 'number' ? new Float(value) : value

const TUPLES = ['kernel_size', 'stride', 'padding', 'dilation', 'output_padding']

/** An attribute of one of our objects; methods are bound and take Python's arguments. */
function attribute(of: unknown, name: string): unknown {
  if (of instanceof Namespace) return of.attribute(name)
  if (isDictionary(of) && name === 'keys') return () => Object.keys(of)
  if (!(camel(name) in Object(of))) throw new Inexpressible(`there is no ${camel(name)} on ${write(of)}`)
  const value: unknown = Reflect.get(of as object, camel(name))
  if (isTensor(of)) {
    if (name === 'shape') return new Tuple(of.shape, 'torch.Size')
    if (name === 'dtype') return new Named(`torch.${of.dtype}`, of.dtype)
    const floating = of.dtype.startsWith('float') || of.dtype.startsWith('bfloat')
    if ((name === 'item' || name === 'tolist') && floating) return () => asFloats(of[name]())
  }
  // `grad_fn.name()` is a call in Python
  if (name === 'name') return () => value
  if (TUPLES.includes(name) && Array.isArray(value)) return new Tuple(value)
  if (typeof value !== 'function' || value instanceof nn.Module) return fromJavaScript(value)
  return ((args, keywords) => fromJavaScript((value as AnyFunction).apply(of, asGiven(args, keywords)))) as Callable
}

function subscript(of: unknown, indices: readonly unknown[]): unknown {
  if (isTensor(of)) return of.get(...(indices as (number | [number | null, number | null, number])[]))
  const [index] = indices
  const items = of instanceof Tuple ? of.items : (of as readonly unknown[])
  if (typeof index === 'number') return items.at(index)
  const [start, end] = index as [number | null, number | null]
  const picked = items.slice(start ?? 0, end ?? undefined)
  return of instanceof Tuple ? new Tuple(picked) : picked
}

const dtypes = Object.fromEntries(
  [
    'float16',
    'bfloat16',
    'float32',
    'float64',
    'complex64',
    'complex128',
    'uint8',
    'int8',
    'int16',
    'int32',
    'int64',
    'bool',
  ].map(name => [name, new Named(`torch.${name}`, name)]),
)

/** `torch.no_grad()(function)`, as a decorator. */
const noGradDecorator: Callable = () =>
  (([body]) =>
    (args: readonly unknown[], keywords: Options) =>
      convforge.noGrad(() => (body as Callable)(args, keywords))) as Callable

const modules = new Namespace(nn)

const torch = new Namespace(convforge, {
  ...dtypes,
  nn: modules,
  channels_last: new Named('torch.channels_last', 'channels_last'),
  Size: (([sizes]) => new Tuple(toJavaScript(sizes) as number[], 'torch.Size')) as Callable,
  no_grad: noGradDecorator,
  autograd: new Namespace(convforge.autograd),
})

/** Everything the expressions use. `T` makes ones: the gradients and sums in the file say so. */
export const world: World = {
  names: {
    torch,
    nn: modules,
    F: new Namespace(nn.functional),
    T: ((args, keywords) => convforge.ones(toJavaScript(args) as number[], camelOptions(keywords))) as Callable,
    None: null,
    True: true,
    False: false,
    inf: new Float(Number.POSITIVE_INFINITY),
    nan: new Float(Number.NaN),
    bool: (([value]) => (isTensor(value) ? Boolean(value.item()) : Boolean(value))) as Callable,
    list: (([items]) => [...(items as Iterable<unknown>)]) as Callable,
    repr: (([value]) => write(value)) as Callable,
  },
  attribute,
  subscript,
  call: (callee, args, keywords) =>
    callee instanceof nn.Module
      ? fromJavaScript((callee as unknown as AnyFunction)(...asGiven(args, keywords)))
      : (callee as Callable)(args, keywords),
  product: (left, right) => (left as Tensor).mul(toJavaScript(right) as number),
}
