/** Uses several threads, and then has nothing more to do. */
import { backends } from '../../../src/index.js'
import { addOne, compile, programOf } from './programs.js'

backends.setNumThreads(4)
const run = compile(programOf(addOne, 100), 'part')
const out = new Float64Array(100)
for (let i = 0; i < 50; i++) run([out])
setTimeout(() => console.log(out.every(value => value === 50) ? 'done' : 'wrong'), 100)
