/**
 * Modules by name.
 *
 * @module
 */
import { KeyError, NotImplementedError } from '../../errors.js'
import type { Module } from '../module.js'
import { ModuleContainer, moduleEntriesOf, type NamedModules } from './moduleContainer.js'

/**
 * Modules by name, in the order they were added, whose parameters belong to the module it is a field of. It cannot be
 * called. A name must not be that of a method, as in PyTorch.
 *
 * @example
 * const heads = new nn.ModuleDict({ digit: new nn.Linear(64, 10), sign: new nn.Linear(64, 2) })
 * heads.get('digit')(x)
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict<T extends Record<string, Module> = Record<string, Module>> extends ModuleContainer {
  constructor(modules?: T | Iterable<readonly [keyof T & string, T[keyof T]]>) {
    super()
    if (modules !== undefined && modules !== null) this.update(modules as NamedModules)
  }

  override forward(..._inputs: never[]): never {
    throw new NotImplementedError('Module [ModuleDict] is missing the required "forward" function')
  }

  /** How many modules there are. */
  get size(): number {
    return this.keys().length
  }

  /** The module of this name; a KeyError if there is none. */
  get<K extends keyof T & string>(name: K): T[K] {
    const found = this.entries().find(([own]) => own === name)
    if (!found) throw new KeyError(`'${name}': the ModuleDict has [${this.keys().join(', ')}]`)
    return found[1] as T[K]
  }

  /** Adds a module, or puts it in the place of the one that has the name. */
  set<K extends keyof T & string>(name: K, module: T[K]): this {
    this.addModule(name, module)
    return this
  }

  has(name: string): boolean {
    return (this.keys() as string[]).includes(name)
  }

  /** Takes a module out and returns it; a KeyError if there is none of this name. */
  pop<K extends keyof T & string>(name: K): T[K] {
    const taken = this.get(name)
    this.replaceModules(this.entries().filter(([own]) => own !== name))
    return taken
  }

  /** Takes all modules out. */
  clear(): void {
    this.replaceModules([])
  }

  /** Adds all modules of an object, of pairs, or of another ModuleDict. */
  update(modules: NamedModules): this {
    for (const [name, module] of moduleEntriesOf('ModuleDict.update', modules)) this.addModule(name, module)
    return this
  }

  keys(): (keyof T & string)[] {
    return this.entries().map(([name]) => name)
  }

  values(): T[keyof T][] {
    return this.entries().map(([, module]) => module)
  }

  entries(): [keyof T & string, T[keyof T]][] {
    return [...this.moduleEntries()] as [keyof T & string, T[keyof T]][]
  }

  *[Symbol.iterator](): Generator<[keyof T & string, T[keyof T]]> {
    yield* this.entries()
  }
}
