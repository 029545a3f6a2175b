/**
 * What modules that hold named or numbered modules share.
 *
 * @module
 */
import { describe, IndexError, ValueError } from '../../errors.js'
import { fieldsOf } from '../members.js'
import { Module } from '../module.js'

/** A module whose children are in the order they were added, whatever their names. */
export abstract class ModuleContainer extends Module {
  /** An object lists keys that look like numbers first; this set keeps the order of adding. */
  readonly #names = new Set<string>()

  /** Adds a module under a name, or puts it in the place of the one that has the name. */
  override addModule(name: string, module: Module | null): void {
    if (module === null) throw new TypeError('null is not a Module subclass')
    super.addModule(name, module)
    this.#names.add(name)
  }

  /** @internal */
  override *moduleEntries(): Generator<[string, Module]> {
    const fields = fieldsOf(this)
    for (const name of this.#names) {
      const value = fields[name]
      if (value instanceof Module) yield [name, value]
    }
    // modules that were assigned to fields, as in any other module: here, since a generator in another is garbage of each call
    for (const name of Object.keys(fields)) {
      const value = fields[name]
      if (value instanceof Module && !this.#names.has(name)) yield [name, value]
    }
  }

  /**
   * The modules of {@link moduleEntries}: a network asks for them in each call, and a generator is garbage then. No method, whose
   * name no module could have.
   *
   * @internal
   */
  static listOf(container: ModuleContainer): Module[] {
    const fields = fieldsOf(container)
    const keys = Object.keys(fields)
    const list: Module[] = []
    for (const name of container.#names) {
      const value = fields[name]
      if (value instanceof Module) list.push(value)
    }
    for (let i = 0; i < keys.length; i++) {
      const value = fields[keys[i]!]
      if (value instanceof Module && !container.#names.has(keys[i]!)) list.push(value)
    }
    return list
  }

  /** Puts these modules in the place of all there are. */
  protected replaceModules(entries: Iterable<readonly [string, Module]>): void {
    const next = [...entries]
    for (const [name] of [...this.moduleEntries()]) {
      Reflect.deleteProperty(this, name)
      this.#names.delete(name)
    }
    for (const [name, module] of next) this.addModule(name, module)
  }
}

/** Modules with numbers for names. */
export abstract class NumberedContainer<M extends Module = Module> extends ModuleContainer {
  /** How many modules there are. */
  override get length(): number {
    return this.list().length
  }

  *[Symbol.iterator](): Generator<M> {
    for (const [, module] of this.moduleEntries()) yield module as M
  }

  /** The module at a position; negative positions count from the end. */
  get(index: number): M {
    return this.list()[this.position(index)]![1]
  }

  /** Puts a module in the place of the one at a position; the name stays. */
  set(index: number, module: M): void {
    this.addModule(this.list()[this.position(index)]![0], module)
  }

  /** Adds a module behind the others. */
  append(module: M): this {
    this.addModule(String(this.length), module)
    return this
  }

  /** Adds modules behind the others. */
  extend(modules: Iterable<M>): this {
    if (!isIterable(modules)) {
      throw new TypeError(
        `${this.constructor.name}.extend should be called with an iterable, but got ${describe(modules)}`,
      )
    }
    for (const module of [...modules]) this.append(module)
    return this
  }

  /** Puts a module before the one at a position; those behind it are renumbered. */
  insert(index: number, module: M): this {
    const modules = [...this]
    if (!Number.isInteger(index) || index < -modules.length || index > modules.length) {
      throw new IndexError(`Index out of range: ${index}`)
    }
    modules.splice(index, 0, module)
    return this.renumber(modules)
  }

  /** Takes out the module at a position and returns it; the others are renumbered. */
  pop(index = -1): M {
    const modules = [...this]
    const [taken] = modules.splice(this.position(index), 1)
    this.renumber(modules)
    return taken!
  }

  protected list(): [string, M][] {
    return [...this.moduleEntries()] as [string, M][]
  }

  private renumber(modules: readonly Module[]): this {
    for (const module of modules) {
      if (!(module instanceof Module)) throw new TypeError(`${describe(module)} is not a Module subclass`)
    }
    this.replaceModules(modules.map((module, i) => [String(i), module]))
    return this
  }

  private position(index: number): number {
    const { length } = this
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new IndexError(`index ${index} is out of range`)
    }
    return index < 0 ? index + length : index
  }
}

/** What iterating gives: a class made of these may have changed that. */
export function modulesInOrder(container: NumberedContainer): Module[] {
  const isOurs =
    container[Symbol.iterator] === NumberedContainer.prototype[Symbol.iterator] &&
    container.moduleEntries === ModuleContainer.prototype.moduleEntries
  return isOurs ? ModuleContainer.listOf(container) : [...container]
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && Symbol.iterator in value
}

/** Names and modules as a list of pairs, whether they came as pairs, in an object or in another container. */
export function moduleEntriesOf(name: string, modules: NamedModules): (readonly [string, Module])[] {
  if (modules instanceof Module) return [...modules.moduleEntries()]
  if (typeof modules !== 'object' || modules === null) {
    throw new TypeError(
      `${name} should be called with an object or an iterable of key/value pairs, but got ${describe(modules)}`,
    )
  }
  if (!(Symbol.iterator in modules)) return Object.entries(modules)
  return [...modules].map((pair: unknown, i) => {
    if (!Array.isArray(pair)) {
      throw new TypeError(`${name} sequence element #${i} should be a pair [name, module]; is ${describe(pair)}`)
    }
    if (pair.length !== 2)
      throw new ValueError(`${name} sequence element #${i} has length ${pair.length}; 2 is required`)
    return pair as unknown as [string, Module]
  })
}

/**
 * Modules with names: an object, or pairs where keys that look like whole numbers must keep their place (an object lists
 * them first), or a container.
 */
export type NamedModules = Readonly<Record<string, Module>> | Iterable<readonly [string, Module]> | ModuleContainer
