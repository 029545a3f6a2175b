/**
 * Colours that tell tensors, or groups, from each other: hues of OKLCH, in degrees.
 *
 * @module
 */

/** Without groups each tensor has its own colour. */
const ROLE_HUES = { input: 255, kernel: 75, output: 160 }

/** With groups each group has: far from each other, and from the red of negative numbers. */
const GROUP_HUES = [255, 75, 160, 305, 200, 110, 330, 230]

/** The hue of a channel of a tensor, or of a kernel that leads to an output channel. */
export function hueOf(tensor: keyof typeof ROLE_HUES, channel: number, channels: number, groups: number): number {
  if (groups === 1) return ROLE_HUES[tensor]
  return GROUP_HUES[Math.floor((channel * groups) / channels) % GROUP_HUES.length]!
}
