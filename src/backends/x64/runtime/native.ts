/**
 * The way from JavaScript to the C library and to emitted code, by way of koffi.
 *
 * Loaded at first use and only in Node on Linux, so that every module here can be imported in a browser.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'

/** A native function; addresses and integers travel as numbers, exact up to 2^53. */
export type NativeFunction = (...parameters: number[]) => number

/** The part of koffi that is used. */
interface Koffi {
  load(path: null): {
    func(name: string, result: string, parameters: string[]): NativeFunction
    symbol(name: string): bigint
  }
  proto(result: string, parameters: string[]): unknown
  decode(address: bigint, prototype: unknown): NativeFunction
  address(array: ArrayBufferView): bigint
  view(address: bigint, length: number): ArrayBuffer
  errno(): number
}

/** What the runtime needs of the C library, and what koffi does besides. */
export interface Native {
  readonly mmap: NativeFunction
  readonly mprotect: NativeFunction
  readonly munmap: NativeFunction
  readonly madvise: NativeFunction
  readonly memcpy: NativeFunction
  readonly malloc: NativeFunction
  readonly free: NativeFunction
  /** glibc's; `null` in another C library. */
  readonly mallopt: NativeFunction | null
  readonly pthreadCreate: NativeFunction
  readonly pthreadDetach: NativeFunction
  readonly pthreadSetName: NativeFunction
  readonly pthreadSignalMask: NativeFunction
  readonly pthreadKeyCreate: NativeFunction
  readonly pthreadSetSpecific: NativeFunction
  /** The address of `pthread_key_delete`, for emitted code. */
  readonly pthreadKeyDelete: number
  /** The number of the last error (errno). */
  errno(): number
  /** Where the first element of an array is. Its buffer must stand outside V8's heap (see addressOf in memory.ts). */
  address(array: ArrayBufferView): number
  /** The memory at an address, without a copy. */
  view(address: number, length: number): Uint8Array
  /** The code at an address as a function of so many integers that returns nothing. */
  procedure(address: number, parameters: number): NativeFunction
}

let loaded: Native | string | undefined

/** The native interface, or the sentence that says why there is none. */
export function loadNative(): Native | string {
  loaded ??= load()
  return loaded
}

/** The native interface; where there is none, an error that says why. */
export function requireNative(): Native {
  const native = loadNative()
  if (typeof native === 'string') throw new RuntimeError(`machine code cannot run here: ${native}`)
  return native
}

function load(): Native | string {
  // a browser has no `process`, some bundlers give it an empty one
  const host = (globalThis as { process?: Partial<NodeJS.Process> }).process
  if (!host?.versions?.node || !host.getBuiltinModule) return 'needs Node 20.19 or newer (this is another runtime)'
  if (host.platform !== 'linux' || host.arch !== 'x64')
    return `needs Linux on x86-64, but this is ${host.platform} on ${host.arch}`
  let koffi: Koffi
  try {
    const { createRequire } = host.getBuiltinModule('node:module')
    const load = createRequire(import.meta.url)
    koffi = load('koffi') as Koffi
  } catch (error) {
    return `the optional dependency koffi cannot be loaded (npm install koffi): ${firstLine(error)}`
  }
  try {
    return bind(koffi)
  } catch (error) {
    return `koffi cannot reach the C library: ${firstLine(error)}`
  }
}

/** What a library may lack. */
function optional(find: () => NativeFunction): NativeFunction | null {
  try {
    return find()
  } catch {
    return null
  }
}

const firstLine = (error: unknown) => String((error as Error)?.message ?? error).split('\n')[0]!

function bind(koffi: Koffi): Native {
  // Loading is also what gives this isolate the stack that koffi calls on: without it, a call from a worker crashes.
  const library = koffi.load(null)
  const bound = (name: string, parameters: number, result = 'int') =>
    library.func(name, result, Array<string>(parameters).fill('int64_t'))
  return {
    mmap: library.func('mmap', 'int64_t', ['int64_t', 'int64_t', 'int', 'int', 'int', 'int64_t']),
    mprotect: library.func('mprotect', 'int', ['int64_t', 'int64_t', 'int']),
    munmap: bound('munmap', 2),
    madvise: library.func('madvise', 'int', ['int64_t', 'int64_t', 'int']),
    memcpy: bound('memcpy', 3, 'void'),
    malloc: bound('malloc', 1, 'int64_t'),
    free: bound('free', 1, 'void'),
    mallopt: optional(() => library.func('mallopt', 'int', ['int', 'int'])),
    pthreadCreate: bound('pthread_create', 4),
    pthreadDetach: bound('pthread_detach', 1),
    pthreadSetName: bound('pthread_setname_np', 2),
    pthreadSignalMask: library.func('pthread_sigmask', 'int', ['int', 'int64_t', 'int64_t']),
    pthreadKeyCreate: bound('pthread_key_create', 2),
    pthreadSetSpecific: library.func('pthread_setspecific', 'int', ['uint', 'int64_t']),
    pthreadKeyDelete: Number(library.symbol('pthread_key_delete')),
    errno: () => koffi.errno(),
    address: array => Number(koffi.address(array)),
    view: (address, length) => new Uint8Array(koffi.view(BigInt(address), length)),
    procedure: (address, parameters) =>
      koffi.decode(BigInt(address), koffi.proto('void', Array<string>(parameters).fill('int64_t'))),
  }
}
