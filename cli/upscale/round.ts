/** A network's value as an integer of 0..max: clamped to 0..1, rounded half to even, in float32 as PyTorch would. */
export function toInteger(value: number, max: number): number {
  const scaled = Math.fround(Math.min(1, Math.max(0, value)) * max)
  const rounded = Math.round(scaled)
  return rounded - scaled === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
