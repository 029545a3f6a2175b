/**
 * The worker threads of a pool: native threads that run emitted code and never JavaScript.
 *
 * @module
 */
import { addressOf } from './addresses.js'
import { cpu } from './cpu.js'
import { endWorkersWithThread } from './isolate.js'
import { installCode, type NativeBlock } from './memory.js'
import { requireNative } from './native.js'
import { emitWorker } from './worker.js'

/** <signal.h>; the set has 1024 bits in glibc and in musl. */
const SIG_SETMASK = 2
const SIGNAL_SET_BYTES = 128

/** What the system shows for the threads (at most 15 characters). */
const NAME = new TextEncoder().encode('convforge\0')

export class Threads {
  /** With the caller. */
  private count = 1
  private refused = false
  private readonly entry: number

  constructor(control: NativeBlock) {
    // threads may outlive whatever else is collected: their code stays
    this.entry = installCode(emitWorker(control.address, cpu().readsProcessorNumber), 'permanent').address
    endWorkersWithThread(control.address)
  }

  /** Sees to it that there are `wanted` threads, the caller among them. Returns how many of them there are. */
  reserve(wanted: number): number {
    if (this.count < wanted && !this.refused) this.start(wanted)
    return Math.min(this.count, wanted)
  }

  private start(wanted: number): void {
    const native = requireNative()
    // Signals are for Node's own threads: new threads inherit a mask that blocks all of them.
    const all = new Uint8Array(SIGNAL_SET_BYTES).fill(255)
    const before = new Uint8Array(SIGNAL_SET_BYTES)
    const thread = new BigUint64Array(1)
    native.pthreadSignalMask(SIG_SETMASK, addressOf(all), addressOf(before))
    while (this.count < wanted && !this.refused) {
      if (native.pthreadCreate(addressOf(thread), 0, this.entry, this.count) !== 0) {
        // the limit on threads is reached: go on with those there are
        this.refused = true
        break
      }
      native.pthreadSetName(Number(thread[0]), addressOf(NAME))
      native.pthreadDetach(Number(thread[0]))
      this.count++
    }
    native.pthreadSignalMask(SIG_SETMASK, addressOf(before), 0)
  }
}
