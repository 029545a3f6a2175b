/**
 * The size of the output, with the numbers in it.
 *
 * @module
 */
import { paddingAmounts } from './layer.js'
import { showSize } from './number.js'
import type { Setting } from './setting.js'

/** One axis: the formula in letters, with numbers, and what comes out. */
export interface Formula {
  readonly axis: 'height' | 'width'
  readonly letters: string
  readonly numbers: string
  readonly result: number
}

/** PyTorch's formula for both axes, filled in. */
export function formulas(setting: Setting): [Formula, Formula] {
  return [axisFormula(setting, 0), axisFormula(setting, 1)]
}

function axisFormula(setting: Setting, axis: 0 | 1): Formula {
  const [name, letter] = axis === 0 ? (['height', 'H'] as const) : (['width', 'W'] as const)
  const [size, kernel, stride, dilation] = [setting.size, setting.kernel, setting.stride, setting.dilation].map(
    pair => pair[axis],
  ) as [number, number, number, number]
  const [before, after] = paddingAmounts(setting).map(pair => pair[axis]!) as [number, number]
  const [paddingLetters, paddingNumbers] =
    before === after
      ? ['2·padding', `2·${showSize(before)}`]
      : ['padding', `(${showSize(before)} + ${showSize(after)})`]
  const [n, k, s, d] = [size, kernel, stride, dilation].map(showSize) as [string, string, string, string]
  if (setting.transposed) {
    const extra = setting.outputPadding[axis]
    return {
      axis: name,
      letters: `(${letter} − 1)·stride − ${paddingLetters} + dilation·(kernel − 1) + output padding + 1`,
      numbers: `(${n} − 1)·${s} − ${paddingNumbers} + ${d}·(${k} − 1) + ${showSize(extra)} + 1`,
      result: (size - 1) * stride - before - after + dilation * (kernel - 1) + extra + 1,
    }
  }
  return {
    axis: name,
    letters: `⌊(${letter} + ${paddingLetters} − dilation·(kernel − 1) − 1) / stride + 1⌋`,
    numbers: `⌊(${n} + ${paddingNumbers} − ${d}·(${k} − 1) − 1) / ${s} + 1⌋`,
    result: Math.floor((size + before + after - dilation * (kernel - 1) - 1) / stride + 1),
  }
}
