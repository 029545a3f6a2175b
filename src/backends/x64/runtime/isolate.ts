/**
 * What is to be done when the thread that runs this JavaScript ends: its memory is given back and its worker threads end.
 *
 * A worker isolate may be terminated at any time, and then no JavaScript runs any more, finalizers neither. So there is a
 * native list of what the isolate holds, and emitted code that the C library runs when the thread ends. (With the main
 * thread the whole process ends, and nothing need be done.)
 *
 * @module
 */
import { addressOf } from './addresses.js'
import { requireNative } from './native.js'
import { executablePages, mapPages, type Pages, PROT_READ_WRITE } from './pages.js'
import { emitThreadEnd, FIRST_ENTRY, LIST_CONTROL, LIST_KEY, LIST_USED } from './threadEnd.js'

/** More than Linux allows a process to have (vm.max_map_count). The memory is committed only as it is used. */
const ENTRIES = 65536

/** The list in native memory, and which entries of it are taken. */
class Holdings {
  private readonly list: Pages = mapPages(FIRST_ENTRY + 16 * ENTRIES, PROT_READ_WRITE)
  private readonly entryOf = new Map<number, number>()
  private readonly free: number[] = []
  private used = 0

  constructor() {
    const native = requireNative()
    const end = executablePages(emitThreadEnd(native.pthreadKeyDelete))
    const key = new Uint32Array(1)
    // There are about a thousand keys in a process. Without one, memory and threads stay until the process ends.
    if (native.pthreadKeyCreate(addressOf(key), end.address) !== 0) return
    this.write(LIST_KEY, key[0]!)
    native.pthreadSetSpecific(key[0]!, this.list.address)
  }

  private write(offset: number, ...values: number[]): void {
    const words = new Uint32Array(2 * values.length)
    for (const [i, value] of values.entries()) {
      words[2 * i] = value
      words[2 * i + 1] = value / 2 ** 32
    }
    requireNative().memcpy(this.list.address + offset, addressOf(words), words.byteLength)
  }

  // In either of the next two, what is in the list is mapped at every moment: the isolate may be terminated in between.

  add({ address, length }: Pages): void {
    const entry = this.free.pop() ?? this.used
    if (entry >= ENTRIES) return
    this.write(FIRST_ENTRY + 16 * entry, address, length)
    if (entry === this.used) this.write(LIST_USED, ++this.used)
    this.entryOf.set(address, entry)
  }

  remove({ address }: Pages): void {
    const entry = this.entryOf.get(address)
    if (entry === undefined) return
    this.write(FIRST_ENTRY + 16 * entry, 0, 0)
    this.entryOf.delete(address)
    this.free.push(entry)
  }

  setControl(address: number): void {
    this.write(LIST_CONTROL, address)
  }
}

let instance: Holdings | undefined

function holdings(): Holdings {
  instance ??= new Holdings()
  return instance
}

/** The pages shall be unmapped when this thread ends. */
export function rememberPages(pages: Pages): void {
  holdings().add(pages)
}

/** The pages are about to be unmapped. */
export function forgetPages(pages: Pages): void {
  holdings().remove(pages)
}

/** The workers that follow this control block shall end when this thread ends. */
export function endWorkersWithThread(control: number): void {
  holdings().setControl(control)
}
