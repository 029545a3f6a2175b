/**
 * What can be set before a training, and as a link: `batch=32&rate=0.003&epochs=5&seed=1`.
 *
 * @module
 */

export interface Settings {
  /** Digits in a batch. */
  readonly batch: number
  /** The largest learning rate of the cycle. */
  readonly rate: number
  /** How often to go through the training digits. */
  readonly epochs: number
  /** Of the first weights and the order of the digits. */
  readonly seed: number
}

export const DEFAULTS: Settings = { batch: 64, rate: 0.01, epochs: 2, seed: 0 }

export const CHOICES = {
  batch: [16, 32, 64, 128],
  rate: [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
  epochs: [1, 2, 3, 5, 10],
} as const satisfies Partial<Record<keyof Settings, readonly number[]>>

export const LARGEST_SEED = 9999

export function allows(name: keyof Settings, value: number): boolean {
  if (name === 'seed') return Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED
  return (CHOICES[name] as readonly number[]).includes(value)
}

/** The settings of a link, and the parts of it that are none. */
export function readLink(query: string): { readonly setting: Settings; readonly faults: readonly string[] } {
  const setting = { ...DEFAULTS }
  const faults: string[] = []
  for (const [name, text] of new URLSearchParams(query)) {
    const value = text === '' ? Number.NaN : Number(text)
    if (Object.hasOwn(DEFAULTS, name) && allows(name as keyof Settings, value)) setting[name as keyof Settings] = value
    else faults.push(`${name}=${text}`)
  }
  return { setting, faults }
}

/** What differs from the defaults. */
export function writeLink(settings: Settings): string {
  const names = Object.keys(DEFAULTS) as (keyof Settings)[]
  return names
    .filter(name => settings[name] !== DEFAULTS[name])
    .map(name => `${name}=${settings[name]}`)
    .join('&')
}
