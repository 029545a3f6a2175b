/**
 * Copies of tensors' memory that a backend keeps where it computes, so that what it has read or made need not be copied there
 * again. Whoever else writes to the memory of a tensor says so, by {@link noteWrite}: a copy of what was there before would
 * be taken for it.
 *
 * Only memory that the library made for a tensor is copied to stay. A user may write to his own at any time.
 *
 * @module
 */

type Listener = (buffer: ArrayBufferLike) => void

const listeners: Listener[] = []
const ours = new WeakSet<ArrayBufferLike>()

/** Notes that other elements stand in the memory of an array from now on, or are about to. */
export function noteWrite({ buffer }: ArrayBufferView): void {
  for (let i = 0; i < listeners.length; i++) listeners[i]!(buffer)
}

/** Notes that memory is a tensor's from now on, so that all writes will be noted. */
export function noteOwned(array: ArrayBufferView): void {
  if (listeners.length === 0) return
  noteWrite(array)
  ours.add(array.buffer)
}

/** Notes that code outside the library has memory from now on, so that nobody knows what is written to it. */
export function noteShared(array: ArrayBufferView): void {
  noteWrite(array)
  ours.delete(array.buffer)
}

/** Whether all writes to an array are noted. Memory of tensors that are older than the first listener is not known. */
export const isWatched = ({ buffer }: ArrayBufferView): boolean => ours.has(buffer)

/** @param listener forgets its copy of a buffer's content, if it has one */
export function watchWrites(listener: Listener): void {
  listeners.push(listener)
}
