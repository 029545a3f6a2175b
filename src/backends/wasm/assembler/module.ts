/**
 * A module: functions that share a memory from outside.
 *
 * Source: WebAssembly Core Specification, section 5.5.
 *
 * @module
 */
import { ByteWriter } from './bytes.js'
import type { FunctionBuilder, Signature } from './function.js'

/** `\0asm`, and the version of the format. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

const Section = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10 } as const

const FUNCTION_TYPE = 0x60
const FUNCTION_EXPORT = 0x00
const MEMORY_IMPORT = 0x02

/** Limits of a memory: flags. */
const Limits = { hasMost: 1, shared: 2, has64Bits: 4 } as const

/** The memory that a module imports, as `env.memory`. */
export interface MemoryImport {
  /** Shared memories have an upper limit, in pages of 64 KiB; at most this one. */
  readonly shared?: { readonly mostPages: number }
  /** Addresses of 64 bits. */
  readonly has64Bits?: boolean
}

export interface ModuleFunction {
  readonly builder: FunctionBuilder
  /** Its name outside; functions without one are called by others only. */
  readonly name?: string
}

/** The bytes of a module; functions have the numbers of their places in the list. */
export function assembleModule(
  functions: readonly ModuleFunction[],
  memory: MemoryImport | null,
): Uint8Array<ArrayBuffer> {
  const types: string[] = []
  const typeOf = (signature: Signature): number => {
    const text = typeBytes(signature).join()
    if (!types.includes(text)) types.push(text)
    return types.indexOf(text)
  }
  const typeIndices = functions.map(({ builder }) => typeOf(builder.signature))
  const exported = [...functions.entries()].filter(([, { name }]) => name !== undefined)
  const module = new ByteWriter()
  module.append(HEADER)
  section(module, Section.type, types, (to, type) => to.append(type.split(',').map(Number)))
  if (memory) section(module, Section.import, [memory], writeMemoryImport)
  section(module, Section.function, typeIndices, (to, type) => to.unsigned(type))
  section(module, Section.export, exported, (to, [index, { name }]) => {
    to.name(name!)
    to.byte(FUNCTION_EXPORT)
    to.unsigned(index)
  })
  section(module, Section.code, functions, (to, { builder }) => to.vector(builder.finish()))
  return module.finish()
}

/** A module with so many more bytes, which mean nothing. */
export function padded(module: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const content = new ByteWriter()
  content.name('padding')
  content.append(new Uint8Array(bytes))
  const whole = new ByteWriter()
  whole.append(module)
  whole.byte(Section.custom)
  whole.vector(content.finish())
  return whole.finish()
}

function typeBytes({ parameters, results }: Signature): number[] {
  const type = new ByteWriter()
  type.byte(FUNCTION_TYPE)
  type.vector(parameters)
  type.vector(results)
  return [...type.finish()]
}

function section<Item>(
  module: ByteWriter,
  number: number,
  items: readonly Item[],
  write: (to: ByteWriter, item: Item) => void,
): void {
  const content = new ByteWriter()
  content.unsigned(items.length)
  for (const item of items) write(content, item)
  module.byte(number)
  module.vector(content.finish())
}

function writeMemoryImport(to: ByteWriter, { shared, has64Bits = false }: MemoryImport): void {
  to.name('env')
  to.name('memory')
  to.byte(MEMORY_IMPORT)
  to.byte((shared ? Limits.hasMost | Limits.shared : 0) | (has64Bits ? Limits.has64Bits : 0))
  to.unsigned(0)
  if (shared) to.unsigned(shared.mostPages)
}
