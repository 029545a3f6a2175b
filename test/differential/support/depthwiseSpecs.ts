/**
 * Random depthwise convolutions of one or two axes, with zeros around: small and odd ones, and long rows of many planes.
 *
 * @module
 */
import { type ConvSpec, multiplyAdds, outputSize } from '../../../src/conv/spec.js'
import { integer, pick, type Random, specOf } from './specs.js'

export function depthwiseSpec(next: Random): ConvSpec {
  const most = pick(next, [9, 40, 150])
  const axes = Array.from({ length: integer(next, 1, 2) }, () => {
    const kernel = pick(next, [1, 2, 3, 3, 3, 4, 5, 7])
    const stride = pick(next, [1, 1, 1, 2, 2, 3])
    const dilation = pick(next, [1, 1, 1, 2, 3])
    const [before, after] = pick(next, [
      [0, 0],
      [1, 1],
      [integer(next, 0, 20), integer(next, 0, 20)],
    ] as const)
    const least = Math.max(1, dilation * (kernel - 1) + 1 - before - after)
    const input = Math.max(integer(next, 1, most), least)
    let output = outputSize(input, kernel, stride, dilation, before, after)
    if (output > 1 && next() < 0.2) output -= 1
    return { input, kernel, output, stride, dilation, before, after }
  })
  const spec = (groups: number) =>
    specOf(axes, { batch: integer(next, 1, 2), groups, inChannels: groups, outChannels: groups, paddingMode: 'zeros' })
  let groups = integer(next, 1, 40)
  while (groups > 1 && multiplyAdds(spec(groups)) > 4e5) groups = Math.ceil(groups / 2)
  return spec(groups)
}
