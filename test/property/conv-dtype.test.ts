import { describe, expect } from 'vitest'
import { complex, type DType, grad, tensor } from '../../src/index.js'
import { backends } from '../../src/index.js'
import { ALGORITHMS, convCases, convolve, inputShape, MODES, outputShape, property, weightShape } from './support/convCase.js'
import { defineConvolution, wholeNumbers } from './support/definition.js'
import { assertClose, assertSame, numbers, values } from './support/numbers.js'
import fc from 'fast-check'
import { test } from 'vitest'
import { SEED } from './support/seed.js'

/** The algorithms that take a dtype. */
const taking = (dtype: DType) =>
  ALGORITHMS.filter(name => {
    const algorithm = backends.convolutionAlgorithms().find(own => own.name === name)!
    return algorithm.refuse({ dtype } as never) === null
  })
