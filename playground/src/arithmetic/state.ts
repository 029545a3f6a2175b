/**
 * What the page shows at the moment.
 *
 * @module
 */
import { computed, signal } from '@preact/signals'
import { change, shapesOf } from './edits.js'
import { explain, type Focus, stepping } from './explanation.js'
import { compute } from './layer.js'
import { exists, light } from './lighting.js'
import { DEFAULTS, type Setting } from './setting.js'

export const setting = signal<Setting>(DEFAULTS)

export const computation = computed(() => compute(setting.value))

/** The numbers of the present setting, if it is possible and can be drawn. */
export const numbers = computed(() => computation.value.numbers)

/** What was chosen with a click or the keyboard, or by the steps of the kernel. */
export const selected = signal<Focus>({ tensor: 'output', at: 0 })

/** What the pointer is over. */
export const hovered = signal<Focus | null>(null)

/** The element that is explained. */
export const focus = computed<Focus>(() => {
  const present = numbers.value
  for (const candidate of [hovered.value, selected.value]) {
    if (candidate && present && exists(present, candidate)) return candidate
  }
  return { tensor: stepping(setting.value.transposed), at: 0 }
})

export const lighting = computed(() => numbers.value && light(numbers.value, setting.value.transposed, focus.value))

export const explanation = computed(
  () => numbers.value && explain(numbers.value, setting.value.transposed, focus.value),
)

/** Whether the kernel steps by itself. */
export const playing = signal(false)

/** The cell that is being typed into. */
export interface Editing {
  readonly tensor: 'input' | 'weight'
  readonly at: number
  readonly text: string
  /** Whether the text goes with the next key, or stays as the beginning. */
  readonly replace: boolean
}

export const editing = signal<Editing | null>(null)

/** Where typed numbers stand: the last shapes that were possible. */
let shapes = shapesOf(DEFAULTS)

/** Sets values of the setting. */
export function set(values: Partial<Setting>): void {
  setting.value = change(setting.value, values, shapes)
  shapes = shapesOf(setting.value, shapes)
}

/** Shows a setting from the start, looking at an element: a step in the middle, if not told otherwise. */
export function open(next: Setting, look?: Focus): void {
  setting.value = next
  shapes = shapesOf(next)
  playing.value = false
  hovered.value = null
  editing.value = null
  selected.value = look ?? firstLook()
}

/** A step in the middle of the picture, where the kernel is in sight as a whole. */
function firstLook(): Focus {
  const present = numbers.value
  const tensor = stepping(setting.value.transposed)
  if (!present) return { tensor, at: 0 }
  const [, height, width] = present.geometry.steps
  return { tensor, at: Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2) }
}
