/**
 * Prints the default number of threads.
 */
import { getNumThreads } from '../../../src/backends/threads.js'

try {
  console.log(getNumThreads())
} catch (error) {
  console.log(String(error))
}
