/**
 * How the passes of a convolution are differentiated: by each other.
 *
 * Writing F(x, w) for the forward pass, G(y, w) for the input gradient and H(y, x) for the weight gradient, all are
 * sums of the same products y[o] x[i] w[k], each with one factor left out. So for a gradient g of the result (`*` is
 * the complex conjugate, PyTorch's convention for complex gradients):
 *
 *     F(x, w):  dx = G(g, w*)    dw = H(g, x*)
 *     G(y, w):  dy = F(g, w*)    dw = H(y*, g)
 *     H(y, x):  dy = F(x*, g)    dx = G(y*, g)
 *
 * The three are closed under differentiation: double backward, and any order after it, needs nothing more.
 * A transposed convolution is G.
 *
 * @module
 */
import type { Pass } from './spec.js'

/** What a derivative is computed from: the gradient of the result, and the conjugate of an operand of the pass. */
export type Factor = 'gradient' | 'first*' | 'second*'

/** The pass that gives the derivative for an operand, and what it is run on. */
export interface Rule {
  readonly pass: Pass
  readonly of: readonly [Factor, Factor]
}

/** For each pass, the rules for its first and for its second operand: the table above. */
export const DERIVATIVES: Readonly<Record<Pass, readonly [Rule, Rule]>> = {
  forward: [
    { pass: 'inputGradient', of: ['gradient', 'second*'] },
    { pass: 'weightGradient', of: ['gradient', 'first*'] },
  ],
  inputGradient: [
    { pass: 'forward', of: ['gradient', 'second*'] },
    { pass: 'weightGradient', of: ['first*', 'gradient'] },
  ],
  weightGradient: [
    { pass: 'forward', of: ['second*', 'gradient'] },
    { pass: 'inputGradient', of: ['first*', 'gradient'] },
  ],
}
