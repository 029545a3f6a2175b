/**
 * The input or the output, channel by channel.
 *
 * @module
 */
import { channelCells } from './cells.js'
import { sizeOf, stepping } from './explanation.js'
import { Grid } from './grid.js'
import { hueOf } from './hues.js'
import type { Numbers } from './layer.js'
import { show } from './number.js'
import { Overlay } from './overlay.js'
import type { Setting } from './setting.js'
import { channelsAcross } from './stageLayout.js'

interface PanelProps {
  readonly tensor: 'input' | 'output'
  readonly numbers: Numbers
  readonly setting: Setting
}

export function TensorPanel({ tensor, numbers, setting }: PanelProps) {
  const { geometry: g, bias } = numbers
  const { transposed, groups, outChannels } = setting
  const [channels, height, width] = sizeOf(g, transposed, tensor)
  const title = tensor === 'input' ? 'Input' : 'Output'
  const most = Math.max(0, ...numbers[tensor].map(Math.abs))
  const grids = Array.from({ length: channels }, (_, channel) => channelCells(numbers, setting, tensor, channel))
  return (
    <section class={`panel ${tensor}`}>
      <h2>
        {title} <span>{[channels, height, width].join(' × ')}</span>
      </h2>
      <div class="channels-across" style={{ '--across': channelsAcross(channels, grids[0]?.length ?? 0) }}>
        {grids.map((rows, channel) => {
          const hue = hueOf(tensor, channel, channels, groups)
          return (
            <figure key={`${tensor}[${channel}]`}>
              <Caption
                name={channels > 1 ? `${tensor === 'input' ? 'x' : 'y'}[${channel}]` : null}
                group={groups > 1 ? Math.floor((channel * groups) / channels) : null}
                hue={hue}
                bias={tensor === 'output' && bias ? bias[channel]! : null}
              />
              <Grid label={`${title} channel ${channel}, ${height} by ${width}`} rows={rows} hue={hue} most={most}>
                {tensor !== stepping(transposed) && (
                  <Overlay
                    channel={channel}
                    rows={g.frame[0]}
                    columns={g.frame[1]}
                    hue={hueOf('kernel', channel, transposed ? outChannels : channels, groups)}
                  />
                )}
              </Grid>
            </figure>
          )
        })}
      </div>
    </section>
  )
}

interface CaptionProps {
  readonly name: string | null
  readonly group: number | null
  readonly hue: number
  readonly bias: number | null
}

function Caption({ name, group, hue, bias }: CaptionProps) {
  if (name === null && bias === null) return null
  return (
    <figcaption style={{ '--hue': hue }}>
      {name !== null && <b>{name}</b>}
      {group !== null && <span class="group">group {group}</span>}
      {bias !== null && <span>bias {show(bias)}</span>}
    </figcaption>
  )
}
