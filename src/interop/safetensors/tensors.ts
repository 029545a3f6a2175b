/**
 * Tensors to and from safetensors, under the names of `safetensors.torch`.
 *
 * @module
 */
import { describe } from '../../errors.js'
import { fromTypedArray } from '../../ops/creation/fromData.js'
import { Tensor } from '../../ops/tensor.js'
import { contiguousData } from '../../tensor/copy.js'
import { loadSafetensorsFile, saveSafetensorsFile } from './file.js'
import { parseSafetensors, type RawTensor } from './read.js'
import { encodeSafetensors, type NamedTensors, pairs } from './write.js'

/**
 * Reads the tensors of a safetensors file on the disk (Node only).
 *
 * @returns the tensors by name, in an object without prototype, so that any name is safe
 * @throws SafetensorsError naming the path, the field and the tensor that are wrong; the system's own error (`ENOENT`,
 * ...) if the file cannot be read
 *
 * @example
 * net.loadStateDict(await loadFile('model.safetensors'))
 */
export async function loadFile(path: string): Promise<Record<string, Tensor>> {
  return wrapAll((await loadSafetensorsFile(path)).tensors)
}

/**
 * Reads the tensors of a safetensors file in memory. They share the memory of `bytes` where the alignment allows.
 *
 * @throws SafetensorsError naming the field and the tensor that are wrong
 *
 * @example
 * net.loadStateDict(load(await (await fetch('model.safetensors')).arrayBuffer()))
 */
export function load(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  return wrapAll(parseSafetensors(bytes).tensors)
}

/**
 * Writes tensors to a safetensors file (Node only), as they are at the call: all of it or, at any failure, nothing. Gradients
 * and views are not kept: every tensor is stored whole, in row-major order.
 *
 * @throws SafetensorsError for a tensor that the format cannot hold (complex128); the system's own error if writing fails
 *
 * @example
 * await saveFile(net.stateDict(), 'model.safetensors', { format: 'pt' })
 */
export async function saveFile(
  tensors: NamedTensors<Tensor>,
  path: string,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  // copied, since training may go on while the file is being written
  const copies = [...unwrapAll(tensors)].map(([name, raw]) => [name, { ...raw, data: raw.data.slice() }] as const)
  await saveSafetensorsFile(path, copies, metadata)
}

/** The bytes of a safetensors file with these tensors; throws what {@link saveFile} throws. */
export function save(
  tensors: NamedTensors<Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(unwrapAll(tensors), metadata)
}

function wrapAll(raw: ReadonlyMap<string, RawTensor>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = Object.create(null)
  for (const [name, { data, shape, dtype }] of raw) tensors[name] = fromTypedArray(data, { shape, dtype })
  return tensors
}

function* unwrapAll(tensors: NamedTensors<Tensor>): Generator<readonly [string, RawTensor]> {
  for (const [name, tensor] of pairs(tensors)) {
    if (!(tensor instanceof Tensor)) {
      throw new TypeError(`tensors must be tensors by name, but ${JSON.stringify(name)} is ${describe(tensor)}`)
    }
    // the data may be a view, which does not keep its memory: the tensor does
    const raw = { dtype: tensor.dtype, shape: tensor.shape, data: contiguousData(tensor), tensor }
    yield [name, raw]
  }
}
