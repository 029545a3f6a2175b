/**
 * The examples, run as their first lines say: they must get done what they claim.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../cli/support/folder.js'

/** The output of a script that ends well. */
function run(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join('examples', script), ...args],
    { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) })
  return stdout
}

test("edges: the learned kernel is Sobel's", { timeout: 120_000 }, () => {
  const lines = run('edges.ts').split('\n')
  const kernel = lines.slice(lines.indexOf('learned kernel:') + 1).slice(0, 3)
  const weights = kernel.map(line => line.trim().split(/\s+/).map(Number))
  const sobel = [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ]
  sobel.forEach((row, i) => {
    row.forEach((weight, j) => {
      expect(Math.abs(weights[i]![j]! - weight)).toBeLessThan(0.005)
    })
  })
})

test('fine-tuning: 90 % are known for odd or even, from a network trained on few digits', { timeout: 240_000 }, () => {
  const folder = temporaryFolder()
  run('mnist/train.ts', '--out', folder, '--epochs', '1', '--train-digits', '3200', '--test-digits', '250')
  const checkpoint = join(folder, 'checkpoint.safetensors')
  const output = run('finetune.ts', '--checkpoint', checkpoint, '--train-digits', '1000', '--test-digits', '1000')
  const [, percent] = /odd or even: (\d+\.\d+) % of 1000 test digits, after 1000 training digits/.exec(output)!
  // from a network that has learned nothing it is 78 %
  expect(Number(percent)).toBeGreaterThan(90)
})
