/**
 * The single draws that PyTorch's data loading makes.
 *
 * @module
 */
import type { Generator } from '../tensor/random/generator.js'

/** `torch.empty((), dtype=torch.int64).random_()`: in [0, 2^63). */
export function drawSeed(generator: Generator): bigint {
  return BigInt.asUintN(63, generator.random64())
}

/** `torch.randint(0, bound, (1,))`: in [0, bound), for bounds below 2^32. */
export function drawBelow(bound: number, generator: Generator): number {
  return generator.random32() % bound
}

/** `torch.rand(1)`: a float32 in [0, 1). */
export function drawUniform(generator: Generator): number {
  return (generator.random32() & 0xffffff) * 2 ** -24
}

/** A float64 in [0, 1). */
export function drawDouble(generator: Generator): number {
  return generator.random53() * 2 ** -53
}
