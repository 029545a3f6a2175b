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
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 800, height: 420 })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: { text: 'MNIST with convforge', left: 'center' },
    legend: { bottom: 0, data: ['training loss', 'training accuracy', 'test accuracy'] },
    xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 28 },
    yAxis: [
      { type: 'value', name: 'loss', min: 0 },
      {
        type: 'value',
        name: 'accuracy',
        min: 0.8,
        max: 1,
        axisLabel: { formatter: (v: number) => `${Math.round(100 * v)} %` },
      },
    ],
    series: [
      { name: 'training loss', type: 'line', showSymbol: false, data: training.map(p => [p.step, p.loss]) },
      {
        name: 'training accuracy',
        type: 'line',
        yAxisIndex: 1,
        showSymbol: false,
        data: training.map(p => [p.step, p.accuracy]),
      },
      {
        name: 'test accuracy',
        type: 'scatter',
        yAxisIndex: 1,
        symbolSize: 12,
        data: tests.map(p => [p.step, p.accuracy]),
      },
    ],
  })
  writeFileSync(path, chart.renderToSVGString())
  chart.dispose()
}
