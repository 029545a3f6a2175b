/**
 * The program of the tests in browsers: a convolution forward, a step of training, and both again with a second thread.
 */

export interface Report {
  readonly backend: string
  /** Those that served convolutions. */
  readonly algorithms: readonly string[]
  readonly threads: number
  readonly output: readonly number[]
  readonly losses: readonly number[]
  readonly weight: readonly number[]
  readonly bias: readonly number[]
}

/** Leaves a {@link Report} in `globalThis.report`. All numbers are small and whole: their sums are exact in any order. */
export const PROGRAM = `
import { backends, nn, optim, tensor, tools } from 'convforge'

backends.setNumThreads(2)
// Winograd's sums are not exact
backends.allowReducedPrecision(false)
const counted = (factor, values, ...shape) => {
  const length = shape.reduce((a, b) => a * b)
  return tensor(Float32Array.from({ length }, (_, i) => ((factor * i + (i >> 3)) % values) - (values >> 1)), { shape })
}
const layer = new nn.Conv2d(8, 16, 3, { padding: 1 })
layer.loadStateDict({ weight: counted(7, 9, 16, 8, 3, 3), bias: counted(5, 9, 16) })
const input = counted(4, 3, 1, 8, 20, 20)
const factors = counted(5, 3, 1, 16, 20, 20)
const optimizer = new optim.SGD(layer.parameters(), { lr: 1, momentum: 2 })

let output
const losses = []
const step = () => {
  optimizer.zeroGrad()
  output = layer(input)
  const loss = output.mul(factors).sum()
  loss.backward()
  optimizer.step()
  losses.push(loss.item())
}
const { rows } = tools.profile(step)
// a worker starts when the page's thread is free
await new Promise(resolve => setTimeout(resolve, 200))
step()
globalThis.report = {
  backend: backends.getBackend(),
  algorithms: rows.flatMap(({ algorithm }) => algorithm ?? []),
  threads: backends.getNumThreads(),
  output: output.flatten().tolist(),
  losses,
  weight: layer.weight.flatten().tolist(),
  bias: layer.bias.tolist(),
}
`

/** A page that runs a script. */
export const pageOf = (script: string, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>convforge</title><link rel="icon" href="data:,">
${head}<script type="module" src="${script}"></script></head><body></body></html>\n`
