/**
 * The backend of machine code. Bundles for browsers have `absent.ts` in its place, by the `browser` map of package.json:
 * so whatever is to run in browsers comes to machine code through this module alone.
 *
 * @module
 */
import { compiledConvolutions } from '../compiled/convolutions.js'
import { matrixProduct } from '../compiled/matrixProduct.js'
import { compiledVectors } from '../compiled/vectors.js'
import type { Backend } from '../registry.js'
import { instructionSet, prepareMemory, unavailable } from './runtime/index.js'
import { x64Target } from './target.js'

export const x64: Backend = {
  name: 'x64',
  description: 'machine code emitted for the exact layer',
  unavailable,
  setting: instructionSet,
  prepareMemory,
  convolutions: compiledConvolutions(x64Target),
  vectors: compiledVectors(x64Target),
  matrixProduct: matrixProduct(x64Target),
}
