/**
 * Kernels that can be called: a module, and its instances for a memory.
 *
 * @module
 */

let codes = 0

/** `kernel(arguments, record, scratch)`: addresses. */
export type Kernel = (args: number, record: number, scratch: number) => void

export class Code {
  /** No other code has it. */
  readonly number = ++codes
  private readonly module: WebAssembly.Module

  /** @param bytes a module that imports a memory and exports its kernels by their numbers */
  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly count: number,
  ) {
    this.module = new WebAssembly.Module(bytes)
  }

  /** The kernels anew, for this memory, which they keep alive. */
  instantiate(memory: WebAssembly.Memory): readonly Kernel[] {
    const { exports } = new WebAssembly.Instance(this.module, { env: { memory } })
    return Array.from({ length: this.count }, (_, i) => exports[i] as Kernel)
  }
}

/** The kernels that work in one memory. They go with it: code that is not called again would keep it otherwise. */
export class Instances {
  private readonly known = new WeakMap<Code, readonly Kernel[]>()

  constructor(private readonly memory: WebAssembly.Memory) {}

  of(code: Code): readonly Kernel[] {
    let kernels = this.known.get(code)
    if (kernels === undefined) {
      kernels = code.instantiate(this.memory)
      this.known.set(code, kernels)
    }
    return kernels
  }
}
