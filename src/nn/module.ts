/**
 * The base of all layers and networks.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import type { Device } from '../tensor/device.js'
import type { DType } from '../tensor/dtype.js'
import type { MemoryFormat } from '../tensor/layout.js'
import { Tensor } from '../tensor/tensor.js'
import { moveTensors } from './move.js'
import { Parameter } from './parameter.js'
import { printModule } from './print.js'
import { type IncompatibleKeys, loadStateDict, stateDict, type StateDict } from './state.js'

/** Modules are functions: `module(x)` is `module.forward(x)`. */
export interface Module {
  (...inputs: Parameters<this['forward']>): ReturnType<this['forward']>
}

/**
 * A layer, or a network of layers.
 *
 * Subclasses assign parameters and modules to fields and define `forward`; instances are called like functions.
 *
 * @example
 * class Net extends nn.Module {
 *   conv = new nn.Conv2d(3, 8, 3)
 *   forward(x: Tensor) {
 *     return this.conv(x).relu()
 *   }
 * }
 * const net = new Net()
 * net(randn(1, 3, 9, 11)).shape // [1, 8, 7, 9]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the call signature belongs to what the constructor returns
export abstract class Module {
  /** Whether layers that differ between the two (dropout, batch norm) behave as in training. */
  declare training: boolean
  /** Names of fields that are saved with the parameters and not trained, and whether they go into the state dict. */
  declare readonly bufferNames: Map<string, boolean>

  constructor() {
    const self = ((...inputs: Parameters<Module['forward']>) => self.forward(...inputs)) as unknown as this
    Object.setPrototypeOf(self, new.target.prototype)
    // a function's own name and length would stand in the way of fields with these names
    Reflect.deleteProperty(self, 'name')
    Reflect.deleteProperty(self, 'length')
    self.training = true
    Object.defineProperty(self, 'bufferNames', { value: new Map() })
    // biome-ignore lint/correctness/noConstructorReturn: the instance is the function
    return self
  }

  /** What the module computes. Call the module itself rather than this. */
  // biome-ignore lint/suspicious/noExplicitAny: any signature may override this one; calls are typed by the override
  abstract forward(...inputs: any[]): unknown

  /** Saves a tensor under this name with the parameters, without training it. */
  registerBuffer(name: string, tensor: Tensor | null, { persistent = true }: { persistent?: boolean } = {}): void {
    this.bufferNames.set(name, persistent)
    Object.assign(this, { [name]: tensor })
  }

  /** The modules that are fields of this one, in the order they were assigned. */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value]
    }
  }

  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child
  }

  /** This module and all below it, each once, with names such as `layer1.conv`. */
  *namedModules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return
    seen.add(this)
    yield [prefix, this]
    for (const [name, child] of this.namedChildren()) yield* child.namedModules(join(prefix, name), seen)
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module
  }

  /** All parameters with their names, each once. */
  *namedParameters(): Generator<[string, Parameter]> {
    const seen = new Set<Parameter>()
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue
        seen.add(value)
        yield [join(prefix, name), value]
      }
    }
  }

  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters()) yield parameter
  }

  /** All buffers with their names. */
  *namedBuffers(): Generator<[string, Tensor]> {
    for (const [prefix, module] of this.namedModules()) {
      for (const name of module.bufferNames.keys()) {
        const value = (module as unknown as Record<string, unknown>)[name]
        if (value instanceof Tensor) yield [join(prefix, name), value]
      }
    }
  }

  /** Parameters and persistent buffers by name, detached and sharing memory with the module. */
  stateDict(): StateDict {
    return stateDict(this)
  }

  /**
   * Copies a state dict into the parameters and buffers.
   *
   * @throws RuntimeError with PyTorch's list of what does not fit; nothing has been copied then
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>, options: { strict?: boolean } = {}): IncompatibleKeys {
    return loadStateDict(this, state, options)
  }

  /** Converts parameters and buffers in place: floating and complex ones to the dtype, all to the device and format. */
  to(target: DType | Device | { dtype?: DType; device?: Device; memoryFormat?: MemoryFormat }): this {
    moveTensors(this, target)
    return this
  }

  float(): this {
    return this.to('float32')
  }

  double(): this {
    return this.to('float64')
  }

  half(): this {
    return this.to('float16')
  }

  bfloat16(): this {
    return this.to('bfloat16')
  }

  /** Turns training behaviour on (or off) here and in all modules below. */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new ValueError(`training mode is expected to be boolean, but got ${String(mode)}`)
    for (const module of this.modules()) module.training = mode
    return this
  }

  eval(): this {
    return this.train(false)
  }

  /** Sets whether gradients are computed for the parameters. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = requiresGrad
    return this
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null
  }

  /** Calls `visit` on every module, children first. */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit)
    visit(this)
    return this
  }

  /** The arguments shown when the module is printed. */
  extraRepr(): string {
    return ''
  }

  toString(): string {
    return printModule(this)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** "layer1" and "conv" to "layer1.conv". */
function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}
