/**
 * Giving way to the event loop.
 *
 * @module
 */

type Host = Partial<Pick<typeof globalThis, 'setImmediate' | 'setTimeout' | 'MessageChannel'>>

/** Those of the host, whatever tests that fake timers put in their place later. */
const { setImmediate, setTimeout, MessageChannel } = globalThis as Host

/**
 * Resolves in a task of its own, when others have had their turn: timers, input, frames. A browser's `setTimeout` would wait
 * for 4 ms after a few of them.
 */
export const nextTurn: () => Promise<void> = () => new Promise(resolve => schedule(resolve))

let schedule = (callback: () => void): void => {
  schedule = scheduler()
  schedule(callback)
}

function scheduler(): (callback: () => void) => void {
  // Node's message ports would keep the process alive
  if (setImmediate) return callback => void setImmediate(callback)
  if (!MessageChannel) return callback => void setTimeout!(callback)
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()?.()
  return callback => {
    waiting.push(callback)
    port2.postMessage(null)
  }
}
