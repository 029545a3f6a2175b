/**
 * The weight. Kernels stand where they lead: one column for each input channel, one row for each output channel, so that
 * groups are the blocks of a diagonal.
 *
 * @module
 */
import { kernelCells, planeBetween } from './cells.js'
import { Grid } from './grid.js'
import { hueOf } from './hues.js'
import type { Numbers } from './layer.js'
import { type Setting, weightShape } from './setting.js'

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

export function KernelPanel({ numbers, setting }: { readonly numbers: Numbers; readonly setting: Setting }) {
  const { geometry: g, weight } = numbers
  const { inChannels, outChannels, groups, transposed, dilation } = setting
  const most = Math.max(0, ...weight.map(Math.abs))
  const single = inChannels * outChannels === 1
  return (
    <section class="panel kernel">
      <h2>
        Kernel <span>{weightShape(setting).join(' × ')}</span>
      </h2>
      <div class="kernels" style={{ '--inputs': inChannels }} data-single={single || undefined}>
        {!single && <span />}
        {!single && range(inChannels).map(input => <b key={`x${input}`}>x[{input}]</b>)}
        {range(outChannels).flatMap(output => [
          !single && <b key={`y${output}`}>y[{output}]</b>,
          ...range(inChannels).map(input => {
            const plane = planeBetween(numbers, transposed, input, output)
            const key = `${output},${input}`
            if (plane === null) return <span key={key} class="apart" title="Different groups never meet" />
            return (
              <Grid
                key={key}
                label={`Kernel from input channel ${input} to output channel ${output}, ${g.kernel.join(' by ')}`}
                rows={kernelCells(numbers, plane)}
                hue={hueOf('kernel', output, outChannels, groups)}
                most={most}
                gaps={[dilation[0] - 1, dilation[1] - 1]}
              />
            )
          }),
        ])}
      </div>
    </section>
  )
}
