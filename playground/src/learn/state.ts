/**
 * What the tab shows: told by the worker, or chosen by who looks.
 *
 * @module
 */
import { batch, signal } from '@preact/signals'
import { type DigitSets, digitAt } from './digits.js'
import { loadDigits } from './loading.js'
import type { Command, News, Phase, Step, View } from './messages.js'
import { DEFAULTS, type Settings } from './settings.js'

export const settings = signal<Settings>(DEFAULTS)
export const phase = signal<Phase>('loading')
export const failure = signal<string | null>(null)
export const network = signal({ steps: 0, parameters: 0 })

export const steps = signal<readonly Step[]>([])
export const tests = signal<readonly { readonly step: number; readonly accuracy: number }[]>([])
export const view = signal<View | null>(null)

export const digits = signal<DigitSets | null>(null)

/** The digit that the network looks at: a test digit with its number, or a drawing. */
export interface Looked {
  readonly pixels: Uint8Array
  readonly index: number | null
}
export const looked = signal<Looked | null>(null)

let worker: Worker | null = null

function hear({ data }: MessageEvent<News>): void {
  batch(() => {
    if (data.type === 'phase') phase.value = data.phase
    else if (data.type === 'step') steps.value = [...steps.value, data]
    else if (data.type === 'test') tests.value = [...tests.value, data]
    else if (data.type === 'view') view.value = data
    else if (data.type === 'failure') failure.value = data.message
    else {
      network.value = data
      steps.value = []
      tests.value = []
    }
  })
}

export function command(next: Command): void {
  worker?.postMessage(next)
}

/** Starts the worker and loads the digits, once. */
export async function start(): Promise<void> {
  if (worker) return
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', hear)
  worker.addEventListener('error', event => {
    failure.value = event.message || 'the worker could not be loaded'
  })
  try {
    const loaded = await loadDigits()
    digits.value = loaded
    command({ type: 'load', digits: loaded })
    command({ type: 'reset', settings: settings.value })
    lookAtTest(0)
  } catch (error) {
    failure.value = error instanceof Error ? error.message : String(error)
  }
}

/** Settings are of a training from its start. */
export function reset(next: Settings = settings.value): void {
  settings.value = next
  if (digits.value) command({ type: 'reset', settings: next })
}

export function look(next: Looked): void {
  looked.value = next
  command({ type: 'look', pixels: next.pixels })
}

let lastIndex = 0

export function lookAtTest(index: number): void {
  lastIndex = index
  if (digits.value) look({ pixels: digitAt(digits.value.test, index), index })
}

/** Back to the test digit before the drawing. */
export const clearDrawing = () => lookAtTest(lastIndex)
