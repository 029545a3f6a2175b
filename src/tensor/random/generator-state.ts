/**
 * A generator's state as the 5056 bytes of `torch.get_rng_state()`, so that states can be exchanged with PyTorch:
 * the struct CPUGeneratorImplState of ATen/CPUGeneratorImpl.cpp, as a 64-bit little-endian machine keeps it in memory.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type Mt19937, STATE_WORDS } from './mt19937.js'

/** Everything that decides what a generator draws next. */
export interface GeneratorState {
  seed: bigint
  engine: Pick<Mt19937, 'words' | 'left' | 'next'>
  /** The second number of a Box-Muller pair, waiting to be drawn. */
  nextDoubleNormal: number | null
  /** The same in float32. PyTorch's CPU kernels never set it, but a state may hold it. */
  nextFloatNormal: number | null
}

const STATE_BYTES = 5056

/** Byte offsets of the fields. Each word of the engine takes 8 bytes, the upper 4 zero. */
const AT = {
  seed: 0,
  left: 8,
  seeded: 12,
  next: 16,
  words: 24,
  normal: 5024,
  normalIsValid: 5040,
  floatNormal: 5048,
  floatNormalIsValid: 5052,
}

/** Writes a state as PyTorch does. */
export function encodeState(state: GeneratorState): Uint8Array {
  const bytes = new Uint8Array(STATE_BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(AT.seed, state.seed, true)
  view.setInt32(AT.left, state.engine.left, true)
  view.setInt32(AT.seeded, 1, true)
  view.setUint32(AT.next, state.engine.next, true)
  for (let i = 0; i < STATE_WORDS; i++) view.setUint32(AT.words + 8 * i, state.engine.words[i], true)
  if (state.nextDoubleNormal !== null) {
    view.setFloat64(AT.normal, state.nextDoubleNormal, true)
    view.setInt32(AT.normalIsValid, 1, true)
  }
  if (state.nextFloatNormal !== null) {
    view.setFloat32(AT.floatNormal, state.nextFloatNormal, true)
    view.setUint8(AT.floatNormalIsValid, 1)
  }
  return bytes
}

/**
 * Reads a state.
 *
 * @throws TypeError if it is not a Uint8Array; RuntimeError for the wrong length, or counters that no engine can have.
 */
export function decodeState(bytes: Uint8Array): GeneratorState {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('RNG state must be a Uint8Array')
  if (bytes.length !== STATE_BYTES) {
    throw new RuntimeError(
      `Expected a CPUGeneratorImplState of size ${STATE_BYTES} but found the input RNG state size to be ${bytes.length}`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const left = view.getInt32(AT.left, true)
  const next = view.getBigUint64(AT.next, true)
  const seeded = view.getInt32(AT.seeded, true) !== 0
  const words = Uint32Array.from({ length: STATE_WORDS }, (_, i) => view.getUint32(AT.words + 8 * i, true))
  // PyTorch checks each counter alone; together they must also stay inside the words, which C++ would read past
  const countersFit = left >= 1 && left <= STATE_WORDS && next + BigInt(left) <= STATE_WORDS + 1
  if (!seeded || !countersFit) {
    throw new RuntimeError(`Invalid mt19937 state: seeded=${seeded}, left=${left}, next=${next}`)
  }
  return {
    seed: view.getBigUint64(AT.seed, true),
    engine: { words, left, next: Number(next) },
    nextDoubleNormal: view.getInt32(AT.normalIsValid, true) ? view.getFloat64(AT.normal, true) : null,
    nextFloatNormal: view.getUint8(AT.floatNormalIsValid) ? view.getFloat32(AT.floatNormal, true) : null,
  }
}
