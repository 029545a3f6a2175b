/**
 * Makes results of 4 MB that nobody keeps, and prints how many of their pages had to come from the system one by one: of the
 * first, and of the last.
 */
import { randn } from '../../../src/index.js'

const PAGES = 1024

const x = randn(1024, 1024)
x.add(x)

function faults(steps: number): number {
  const before = process.resourceUsage().minorPageFault
  for (let i = 0; i < steps; i++) x.add(x)
  return (process.resourceUsage().minorPageFault - before) / (steps * PAGES)
}

const first = faults(10)
faults(100)
console.log(JSON.stringify({ first, last: faults(100) }))
