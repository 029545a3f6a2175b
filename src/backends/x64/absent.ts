/**
 * What bundles for browsers have in place of the backend of machine code (`index.ts`), which could not run there.
 *
 * @module
 */
import type { Backend } from '../registry.js'

export const x64: Backend = {
  name: 'x64',
  description: 'machine code emitted for the exact layer',
  unavailable: () => 'needs Node 20.19 or newer (this was bundled for browsers)',
  convolutions: [],
}
