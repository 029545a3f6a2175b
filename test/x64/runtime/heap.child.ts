/**
 * Makes results of 4 MB that nobody keeps, and prints how many of their pages had to come from the system.
 */
import { randn } from '../../../src/index.js'

const PAGES = 1024
const STEPS = 100

const x = randn(1024, 1024)
let before = 0
for (let i = 0; i < 2 * STEPS; i++) {
  if (i === STEPS) before = process.resourceUsage().minorPageFault
  x.add(x)
}
console.log((process.resourceUsage().minorPageFault - before) / (STEPS * PAGES))
