/** Many draws at a time are the same as one after the other, and leave the same state. */
import { expect, test } from 'vitest'
import { Generator } from '../../src/tensor/random/generator.js'

test('draws of any number at a time', () => {
  const [one, many] = [new Generator(3), new Generator(3)]
  for (const count of [1, 622, 1, 1, 623, 624, 625, 3, 0, 1247, 1248, 1249, 5]) {
    const words = new Uint32Array(count)
    many.fillRandom32(words)
    expect([...words]).toEqual(Array.from({ length: count }, () => one.random32()))
    expect(many.getState()).toEqual(one.getState())
    // and single ones between them
    expect(many.random53()).toBe(one.random53())
  }
})
