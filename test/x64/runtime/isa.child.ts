/**
 * Prints the instruction set in use.
 */
import { instructionSet } from '../../../src/backends/x64/runtime/index.js'

try {
  console.log(instructionSet())
} catch (error) {
  console.log(String(error))
}
