/**
 * Kernels that everybody knows.
 *
 * @module
 */
import type { Setting } from './setting.js'

type Kernel = Pick<Setting, 'weights' | 'divisor' | 'grey'>

export interface NamedKernel extends Kernel {
  /** As in a link. */
  readonly id: string
  readonly name: string
  /** What it does, in a sentence. */
  readonly note: string
}

const BINOMIAL = [1, 4, 6, 4, 1]

export const KERNELS: readonly [NamedKernel, ...NamedKernel[]] = [
  {
    id: 'sobel-x',
    name: 'Sobel x',
    note: 'The difference from left to right: upright edges. Grey is no difference.',
    weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
    divisor: 1,
    grey: true,
  },
  {
    id: 'sobel-y',
    name: 'Sobel y',
    note: 'The difference from top to bottom: level edges. Grey is no difference.',
    weights: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
    divisor: 1,
    grey: true,
  },
  {
    id: 'laplacian',
    name: 'Laplacian',
    note: 'The second derivative: lines and points, whatever their direction.',
    weights: [0, 1, 0, 1, -4, 1, 0, 1, 0],
    divisor: 1,
    grey: true,
  },
  {
    id: 'sharpen',
    name: 'Sharpen',
    note: 'The picture less its Laplacian: differences become larger.',
    weights: [0, -1, 0, -1, 5, -1, 0, -1, 0],
    divisor: 1,
    grey: false,
  },
  {
    id: 'emboss',
    name: 'Emboss',
    note: 'A slope added to the picture: light seems to come from the top left.',
    weights: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
    divisor: 1,
    grey: false,
  },
  {
    id: 'gaussian',
    name: 'Gaussian',
    note: 'The binomial filter: a blur without corners.',
    weights: BINOMIAL.flatMap(row => BINOMIAL.map(column => row * column)),
    divisor: 256,
    grey: false,
  },
  {
    id: 'box',
    name: 'Box',
    note: 'The mean of a square: the plainest blur.',
    weights: Array<number>(25).fill(1),
    divisor: 25,
    grey: false,
  },
  {
    id: 'identity',
    name: 'Identity',
    note: 'Every pixel as it was. With a stride: every second, every third.',
    weights: [0, 0, 0, 0, 1, 0, 0, 0, 0],
    divisor: 1,
    grey: false,
  },
]

/** The one that has these numbers. */
export function named({ weights, divisor, grey }: Kernel): NamedKernel | undefined {
  return KERNELS.find(own => own.divisor === divisor && own.grey === grey && own.weights.join() === weights.join())
}
