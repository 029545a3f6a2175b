/**
 * A fresh process that calls each convolution of ResNet-18 for the first time.
 */
import { nn, noGrad } from 'convforge'
import { useThreads } from '../convforge.js'
import { operandsOf } from '../operands.js'
import { firstCalls } from './firstCalls.js'

useThreads(Number(process.argv[2]))
const times = firstCalls(layer => {
  const { input, weight, bias } = operandsOf(layer, 1)
  const { stride, padding, dilation, groups } = layer
  return () => () =>
    void noGrad(() => nn.functional.conv2d(input, weight, bias, { stride, padding, dilation, groups })).storage.data
})
console.log(JSON.stringify(times))
