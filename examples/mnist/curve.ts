/**
 * The learning curve as a picture.
 */
import { writeFileSync } from 'node:fs'
import * as echarts from 'echarts'

/** One point of the curve: how far the training was, and how well the network did. */
export interface Point {
  readonly step: number
  readonly loss: number
  readonly accuracy: number
}

/** Draws the loss and the accuracy of the training batches, and the accuracy on the test set after each epoch. */
export function drawCurve(
  path: string,
  training: readonly Point[],
  tests: readonly { step: number; accuracy: number }[],
): void {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 800, height: 560 })
  const points = averages(training)
  const steps = { type: 'value', max: training.at(-1)?.step, splitLine: { show: false } } as const
  chart.setOption({
    animation: false,
    color: ['#4c72b0', '#dd8452', '#333'],
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'Helvetica, Arial, sans-serif' },
    title: { text: 'MNIST with convforge', left: 'center', top: 8 },
    legend: { bottom: 8, itemGap: 32, data: ['training loss', 'training accuracy', 'test accuracy'] },
    grid: [
      { left: 70, right: 40, top: 60, height: 190 },
      { left: 70, right: 40, top: 280, height: 190 },
    ],
    xAxis: [
      { ...steps, gridIndex: 0, axisLabel: { show: false } },
      { ...steps, gridIndex: 1, name: 'step', nameLocation: 'middle', nameGap: 26 },
    ],
    yAxis: [
      { type: 'value', gridIndex: 0, name: 'loss', nameLocation: 'middle', nameGap: 48, min: 0 },
      {
        type: 'value',
        gridIndex: 1,
        name: 'accuracy, %',
        nameLocation: 'middle',
        nameGap: 48,
        // the interesting part is at the top
        min: (tests.at(-1)?.accuracy ?? 0) > 0.95 ? 80 : 0,
        max: 100,
      },
    ],
    series: [
      { name: 'training loss', type: 'line', showSymbol: false, data: points.map(p => [p.step, p.loss]) },
      {
        name: 'training accuracy',
        type: 'line',
        xAxisIndex: 1,
        yAxisIndex: 1,
        showSymbol: false,
        data: points.map(p => [p.step, 100 * p.accuracy]),
      },
      {
        name: 'test accuracy',
        type: 'scatter',
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbolSize: 12,
        clip: false,
        label: { show: true, position: 'bottom', formatter: ({ value }: { value: number[] }) => value[1]!.toFixed(2) },
        data: tests.map(p => [p.step, 100 * p.accuracy]),
      },
    ],
  })
  writeFileSync(path, chart.renderToSVGString())
  chart.dispose()
}

/** Single batches jump: about a hundred points, each the mean of the batches since the one before. */
function averages(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / 100)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return Array.from({ length: Math.ceil(points.length / (size || 1)) }, (_, i) => {
    const own = points.slice(i * size, (i + 1) * size)
    return {
      step: own.at(-1)!.step,
      loss: mean(own.map(point => point.loss)),
      accuracy: mean(own.map(point => point.accuracy)),
    }
  })
}
