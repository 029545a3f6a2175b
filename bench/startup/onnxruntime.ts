/**
 * A fresh process that, for each convolution of ResNet-18, makes a session of onnxruntime-node and calls it.
 */
import { operandsOf } from '../operands.js'
import { onnxModelOf, onnxSession } from '../peers/onnxruntime.js'
import { firstCalls } from './firstCalls.js'

const threads = Number(process.argv[2])
const times = firstCalls(layer => {
  const model = onnxModelOf(layer, 1, operandsOf(layer, 1))
  return () => onnxSession(model, threads).run
})
console.log(JSON.stringify(times))
