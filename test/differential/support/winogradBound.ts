/**
 * How far Winograd's results may be from the reference's.
 *
 * The bound: u S (120 / sqrt(C) + 20) for C source channels, where u is half a unit in the last place of 1 (2^-24 or 2^-53)
 * and S the largest sum |x| |w| of absolute values that belongs to any result. The transforms of input and weight have
 * errors that are independent of each other, so of C such products there remains 1 / sqrt(C); the errors of a sum of C
 * products grow like C u times the size of a product, as S does. On uniform random numbers, the worst of hundreds of specs
 * was u S (60 / sqrt(C) + 10), which is 1e-5 of the largest result for C = 256 and 3x3 taps: the bound is twice that. A wrong
 * index is far beyond it: with T taps it changes a result by about S / (T C). The parts of a larger kernel are as channels more.
 *
 * @module
 */

/** In units of u S, for so many source channels of a group. */
export const winogradBound = (channels: number): number => 120 / Math.sqrt(channels) + 20
