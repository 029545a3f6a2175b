/**
 * The picture: for each layer, how many times as long each peer takes as convforge.
 */
import * as echarts from 'echarts'
import { CONVFORGE, JAX, ONNXRUNTIME, ONNXRUNTIME_WEB, PEER_NAMES, PYTORCH, TENSORFLOW } from '../names.js'
import type { Result } from '../result.js'

const COLOURS: Readonly<Record<string, string>> = {
  [ONNXRUNTIME]: '#4c78a8',
  [PYTORCH]: '#f58518',
  [ONNXRUNTIME_WEB]: '#4c78a8',
  [TENSORFLOW]: '#f58518',
  [JAX]: '#54a24b',
}
const INK = '#333'
const STRICT = 'strict float32'
const ROW_HEIGHT = 38
const FRAME_HEIGHT = 160
const BAR_DISTANCE = 15

/**
 * Bars to the right of the line at 1: convforge is faster; to the left: it is slower. Bars show the default settings, a
 * diamond strict float32 where that is something else. Peers too slow for the rounds are in the tables only.
 *
 * @returns SVG
 */
export function drawRatios(title: string, subtitle: string, results: readonly Result[]): string {
  const peers = PEER_NAMES.filter(name =>
    results.some(({ entries }) => entries.some(entry => entry.name === name && !entry.isAlone)),
  )
  const bars = peers.map(peer => results.map(result => step(barRatio(result, peer))))
  const diamonds = peers.map(peer => results.map(result => step(strictRatio(result, peer))))
  const all = [...bars, ...diamonds].flat().filter(value => value !== null)
  const hasDiamonds = diamonds.flat().some(value => value !== null)
  const height = FRAME_HEIGHT + ROW_HEIGHT * results.length
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 800, height })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'sans-serif' },
    title: { text: title, subtext: subtitle, left: 'center', textStyle: { color: INK, fontSize: 16 } },
    legend: { bottom: 4, data: [...peers, ...(hasDiamonds ? [STRICT] : [])], itemGap: 24 },
    grid: { left: 250, right: 60, top: 80, bottom: 80 },
    xAxis: {
      type: 'value',
      min: Math.floor(Math.min(0, ...all)),
      max: Math.ceil(Math.max(0, ...all) + 0.3),
      minInterval: 1,
      name: 'right of 1x convforge is faster, left of it slower',
      nameLocation: 'middle',
      nameGap: 26,
      axisLabel: { formatter: (value: number) => (value < 0 ? `1/${2 ** -value}x` : `${2 ** value}x`) },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: results.map(({ name, noisy }) => (noisy ? `${name} (noisy)` : name)),
      axisLabel: { color: INK },
      axisTick: { show: false },
      axisLine: { onZero: true, lineStyle: { color: INK } },
    },
    series: [
      ...peers.map((name, i) => barSeries(name, bars[i]!)),
      ...peers.map((_, i) => strictSeries(diamonds[i]!, (i - (peers.length - 1) / 2) * BAR_DISTANCE)),
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Powers of two are even steps, and 1, where bars begin, is step 0. */
const step = (ratio: number | undefined) => (ratio === undefined ? null : Math.log2(ratio))

const ratioTo = (own: string, { entries }: Result, peer: string) =>
  entries.find(({ name, isAlone }) => name === peer && !isAlone)?.ratios[own]?.median

/** Of the default settings, or of strict float32 where nothing else was timed. */
const barRatio = (result: Result, peer: string) =>
  ratioTo(CONVFORGE.reduced, result, peer) ?? ratioTo(CONVFORGE.strict, result, peer)

/** Of strict float32, where it stands beside the default settings. */
const strictRatio = (result: Result, peer: string) =>
  ratioTo(CONVFORGE.reduced, result, peer) === undefined ? undefined : ratioTo(CONVFORGE.strict, result, peer)

function barSeries(name: string, data: readonly (number | null)[]): object {
  const formatter = ({ value }: { value: number }) => `${Number((2 ** value).toPrecision(2))}x`
  return {
    name,
    type: 'bar',
    data,
    itemStyle: { color: COLOURS[name] },
    barMaxWidth: 12,
    label: { show: true, position: 'right', fontSize: 10, color: INK, formatter },
  }
}

function strictSeries(data: readonly (number | null)[], offset: number): object {
  const look = { symbol: 'diamond', symbolSize: 10, symbolOffset: [0, offset] }
  return {
    name: STRICT,
    type: 'scatter',
    data,
    ...look,
    itemStyle: { color: INK, borderColor: '#fff', borderWidth: 1 },
  }
}
