/**
 * The base of all layers and networks.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkOptions } from '../options.js'
import type { Device } from '../tensor/device.js'
import { type DType, isFloating } from '../tensor/dtype.js'
import type { MemoryFormat } from '../tensor/layout.js'
import { replaceGrad, Tensor } from '../tensor/tensor.js'
import type { FullBackwardHook } from './backwardHook.js'
import { callAsync } from './forwardAsync.js'
import {
  addHook,
  callWithHooks,
  type ForwardHook,
  type ForwardPreHook,
  ModuleHooks,
  type RemovableHandle,
  type ResultOf,
} from './hooks.js'
import {
  checkName,
  fieldsOf,
  findMember,
  findModule,
  MEMBER_OPTIONS,
  type MemberOptions,
  NAMED_OPTIONS,
  type NamedOptions,
  ownBuffers,
  ownParameters,
  walkMembers,
  walkModules,
} from './members.js'
import { moveTensors } from './move.js'
import { Parameter } from './parameter.js'
import { printModule } from './print.js'
import { type IncompatibleKeys, loadStateDict, type StateDict, stateDict } from './state.js'

/** Where a module keeps its hooks: not among the fields, whose names belong to subclasses. */
const HOOKS = Symbol('hooks')

/** Modules are functions: `module(x)` is `module.forward(x)`. */
export interface Module {
  (...inputs: Parameters<this['forward']>): ResultOf<this['forward']>
  /** @internal `null` until a hook is registered, so that calls without hooks lose no time. */
  [HOOKS]: ModuleHooks | null
}

/**
 * Whether a module gives what it is called with, and what it returns, to nobody else: it is of a class that says so, not of
 * one made of that, and it has no hook. Of a function that stands where a module belongs nothing is known.
 *
 * @internal
 */
export function isDiscreet(module: Module): boolean {
  return (
    module[HOOKS] === null &&
    Object.hasOwn(Object.getPrototypeOf(module), 'keepsNothing') &&
    !Object.hasOwn(module, 'forward') &&
    (module as Discreet).keepsNothing
  )
}

/** What a class says of its instances, for itself and not for classes made of it. */
type Discreet = Module & { readonly keepsNothing: boolean }

/**
 * Whether all modules in a module are discreet.
 *
 * @internal
 */
export function haveDiscreetChildren(module: Module): boolean {
  // not Object.values(), which would make a list in each call of a network
  for (const name in module) {
    const child = fieldsOf(module)[name]
    if (child instanceof Module && !isDiscreet(child)) return false
  }
  return true
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
    const self = ((...inputs: Parameters<Module['forward']>) =>
      self[HOOKS] === null ? self.forward(...inputs) : callWithHooks(self, self[HOOKS], inputs)) as unknown as this
    Object.setPrototypeOf(self, new.target.prototype)
    // a function's own name and length would stand in the way of fields with these names
    Reflect.deleteProperty(self, 'name')
    Reflect.deleteProperty(self, 'length')
    self.training = true
    self[HOOKS] = null
    Object.defineProperty(self, 'bufferNames', { value: new Map() })
    // biome-ignore lint/correctness/noConstructorReturn: the instance is the function
    return self
  }

  /** What the module computes. Call the module itself rather than this. */
  // biome-ignore lint/suspicious/noExplicitAny: any signature may override this one; calls are typed by the override
  abstract forward(...inputs: any[]): unknown

  /**
   * `module(...inputs)`, which leaves the thread to others every few milliseconds while it computes: a page stays responsive,
   * a server answers. The result is the same to the bit, and so are hooks, modes and settings: all are those of the moment
   * of the call, in which `forward` runs as usual, but operations only put their work off. Settings may change within it
   * (`withAlgorithm`): each operation has those under which it was ordered. `noGrad` and the like return the promise of this
   * call itself, not one made of it (`then`, `Promise.all`).
   *
   * Tensors that the call reads may be changed at once: the call still sees what they were. A change in place (an optimizer's
   * step, `x.add_(1)`) first makes the work on that tensor be done, without a pause; so does looking at elements that are not
   * there yet, as with `item()` in a forward, and a call of the same module. The array that a tensor was made of is copied. Calls
   * may overlap, and other modules may be called in between.
   *
   * WebAssembly gives way within operations, which in a browser keeps tasks under 50 ms; machine code and plain loops give way
   * between them. What is not put off makes the work before it be done without a pause, and computes at once: besides `item()` and
   * the like, batch norm in training (its statistics), cross entropy and NLL loss, `gather`, `indexSelect` by a computed index,
   * `unfold` and `fold`, `variance` and `std`, `norm`, `prod`, `cumsum`, `viewAsReal` and `viewAsComplex`. What draws random
   * numbers (dropout in training, `randn`) does so at once, and makes nothing else be done.
   *
   * If an operation fails, its result and what is computed of it have no elements, and the call rejects with the error. A write
   * in place that fails leaves a tensor that had its elements before the call (a parameter, a buffer, an input) as it is then.
   *
   * Where there is nothing to give way to, call the module itself: it takes a little less time.
   *
   * @throws whatever the call would throw, as a rejection; TypeError if `forward` returns a promise
   *
   * @example
   * const picture = await noGrad(() => network.forwardAsync(x))
   */
  forwardAsync(...inputs: Parameters<this['forward']>): Promise<ResultOf<this['forward']>> {
    return callAsync(() => this(...inputs))
  }

  /**
   * Saves a tensor under this name with the parameters, without training it.
   *
   * @param persistent whether it goes into the state dict. Default: true
   * @throws KeyError for a name that is empty, contains a dot, or is taken
   */
  registerBuffer(name: string, tensor: Tensor | null, options: { persistent?: boolean } = {}): void {
    const { persistent = true } = checkOptions('registerBuffer', options, ['persistent'])
    checkName(this, 'buffer', name, own => this.bufferNames.has(own))
    if (tensor !== null && !(tensor instanceof Tensor)) {
      throw new TypeError(`cannot assign ${describe(tensor)} to buffer '${name}' (torch Tensor or None required)`)
    }
    this.bufferNames.set(name, persistent)
    Object.assign(this, { [name]: tensor })
  }

  /** Assigns a parameter to a field that has no name at compile time. `null` leaves the field without one. */
  registerParameter(name: string, parameter: Parameter | null): void {
    checkName(this, 'parameter', name, own => [...ownParameters(this)].some(([one]) => one === own))
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new TypeError(
        `cannot assign ${describe(parameter)} to parameter '${name}' (torch.nn.Parameter or None required)`,
      )
    }
    Object.assign(this, { [name]: parameter })
  }

  /** Assigns a module to a field that has no name at compile time. `null` leaves the field without one. */
  addModule(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof Module)) {
      throw new TypeError(`${describe(module)} is not a Module subclass`)
    }
    checkName(this, 'module', name, own => [...this.moduleEntries()].some(([one]) => one === own))
    Object.assign(this, { [name]: module })
  }

  /** The same as {@link addModule}. */
  registerModule(name: string, module: Module | null): void {
    this.addModule(name, module)
  }

  /** @internal The modules that are fields of this one, in the order they were assigned, shared ones under each name. */
  *moduleEntries(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value]
    }
  }

  /** The modules that are fields of this one, each once, in the order they were assigned. */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>()
    for (const [name, child] of this.moduleEntries()) {
      if (seen.has(child)) continue
      seen.add(child)
      yield [name, child]
    }
  }

  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child
  }

  /** This module and all below it, each once, with names such as `layer1.conv`. */
  namedModules(options: NamedOptions = {}): Generator<[string, Module]> {
    const { prefix = '', removeDuplicate = true } = checkOptions('namedModules', options, NAMED_OPTIONS)
    return walkModules(this, prefix, removeDuplicate ? new Set() : null)
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module
  }

  /** All parameters with their names, each once. */
  namedParameters(options: MemberOptions = {}): Generator<[string, Parameter]> {
    return walkMembers(this, ownParameters, checkOptions('namedParameters', options, MEMBER_OPTIONS))
  }

  *parameters(options: Pick<MemberOptions, 'recurse'> = {}): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters(checkOptions('parameters', options, ['recurse']))) yield parameter
  }

  /** All buffers with their names, each once. */
  namedBuffers(options: MemberOptions = {}): Generator<[string, Tensor]> {
    return walkMembers(this, ownBuffers, checkOptions('namedBuffers', options, MEMBER_OPTIONS))
  }

  *buffers(options: Pick<MemberOptions, 'recurse'> = {}): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers(checkOptions('buffers', options, ['recurse']))) yield buffer
  }

  /**
   * The module at a path: `net.getSubmodule('layer1.conv')`, the module itself for ''.
   *
   * @throws AttributeError where there is none
   */
  getSubmodule(target: string): Module {
    return findModule(this, target)
  }

  /** The parameter at a path: `net.getParameter('layer1.conv.weight')`. */
  getParameter(target: string): Parameter {
    return findMember(this, target, ownParameters, 'an nn.Parameter')
  }

  /** The buffer at a path: `net.getBuffer('layer1.norm.running_mean')`. */
  getBuffer(target: string): Tensor {
    return findMember(this, target, ownBuffers, 'a buffer')
  }

  /**
   * Calls `hook(module, inputs)` before every forward. What it returns, if anything, takes the place of the inputs: a
   * list of all of them, or the only one.
   */
  registerForwardPreHook(hook: ForwardPreHook<this>): RemovableHandle {
    this[HOOKS] ??= new ModuleHooks()
    return addHook(this[HOOKS].forwardPre, hook as never)
  }

  /**
   * Calls `hook(module, inputs, output)` after every forward. What it returns, if anything, takes the place of the
   * output.
   *
   * @example const handle = net.conv.registerForwardHook((module, inputs, output) => { seen = output })
   */
  registerForwardHook(hook: ForwardHook<this>): RemovableHandle {
    this[HOOKS] ??= new ModuleHooks()
    return addHook(this[HOOKS].forward, hook as never)
  }

  /**
   * Calls `hook(module, gradInput, gradOutput)` in every backward pass that reaches this module, when the gradients of
   * its inputs are known. Both are lists, with `null` for what has no gradient; what the hook returns, if anything,
   * takes the place of `gradInput`. Inputs and outputs count where they are tensors, or the output a list of tensors.
   */
  registerFullBackwardHook(hook: FullBackwardHook<this>): RemovableHandle {
    this[HOOKS] ??= new ModuleHooks()
    return addHook(this[HOOKS].fullBackward, hook as never)
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

  /**
   * Called for this module and all below it before a state dict is loaded; a module that has changed since a file was
   * written may override it, and add (or rename) what the file does not have.
   *
   * @param state the state dict of the whole network: a copy, whose tensors are not to be changed
   * @param prefix what stands before this module's own names in it, such as `layer1.norm.`
   */
  completeStateDict(_state: StateDict, _prefix: string): void {}

  /** Converts parameters and buffers in place: floating and complex ones to the dtype, all to the device and format. */
  to(target: DType | Device | { dtype?: DType; device?: Device; memoryFormat?: MemoryFormat }): this {
    moveTensors(this, target)
    return this
  }

  /** Converts floating parameters and buffers; complex ones stay, as in PyTorch. */
  private toFloating(dtype: DType): this {
    moveTensors(this, dtype, isFloating)
    return this
  }

  /** Floating parameters and buffers as float32. */
  float(): this {
    return this.toFloating('float32')
  }

  double(): this {
    return this.toFloating('float64')
  }

  half(): this {
    return this.toFloating('float16')
  }

  bfloat16(): this {
    return this.toFloating('bfloat16')
  }

  /** Turns training behaviour on (or off) here and in all modules below. */
  train(mode = true): this {
    if (typeof mode !== 'boolean')
      throw new ValueError(`training mode is expected to be boolean, but got ${String(mode)}`)
    this.training = mode
    // one by one, because a module may override this method
    for (const child of this.children()) child.train(mode)
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
    for (const parameter of this.parameters()) replaceGrad(parameter, null, false)
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
