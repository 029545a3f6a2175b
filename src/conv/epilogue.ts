/**
 * What is done to the sums of a convolution before they are stored, besides the bias:
 *
 *     y = activation(convolution + bias + residual)
 *
 * which is the order at the end of a block of ResNet. Each step rounds to the dtype, as operations one after another do.
 *
 * @module
 */

/** An activation function by the name of its operation. */
export type Activation =
  | { readonly kind: 'relu' | 'relu6' | 'silu' | 'hardswish' }
  | { readonly kind: 'leakyRelu'; readonly negativeSlope: number }

/** At least one of the two. */
export interface Epilogue {
  readonly activation: Activation | null
  /** Whether a tensor of the result's shape is added. */
  readonly residual: boolean
}

/** The epilogue as a frozen value; `null` if there is nothing to do. */
export function epilogueOf(activation: Activation | null, residual: boolean): Epilogue | null {
  if (activation === null && !residual) return null
  return Object.freeze({ activation: activation && Object.freeze({ ...activation }), residual })
}

/** A short text that tells epilogues apart: `+ residual, leakyRelu 0.01`. */
export function describeEpilogue({ activation, residual }: Epilogue): string {
  const steps = residual ? ['+ residual'] : []
  if (activation?.kind === 'leakyRelu') {
    const { negativeSlope } = activation
    steps.push(`leakyRelu ${Object.is(negativeSlope, -0) ? '-0' : negativeSlope}`)
  } else if (activation) steps.push(activation.kind)
  return steps.join(', ')
}

/** Whether two problems' epilogues are the same; none is one, too. */
export function isSameEpilogue(a: Epilogue | null | undefined, b: Epilogue | null | undefined): boolean {
  if (!a || !b) return !a === !b
  return a === b || describeEpilogue(a) === describeEpilogue(b)
}
