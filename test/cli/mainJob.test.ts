/**
 * The main job, as a newcomer runs it: the shipped photos doubled by the built command, against PyTorch's own result.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { flattenToRgb8 } from '../../cli/image/flatten.js'
import { psnr } from '../../cli/image/psnr.js'
import { readPicture } from '../../cli/image/read.js'
import { packageRoot } from '../../cli/packageRoot.js'

const folder = mkdtempSync(join(tmpdir(), 'convforge-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const photo = (name: string) => join(packageRoot, 'photos', `${name}.png`)

test.each([
  { name: 'chelsea', network: 34.89, tile: '128' },
  { name: 'coffee', network: 31.43, tile: '90' },
])('$name is doubled as PyTorch doubles it', { timeout: 300_000 }, async ({ name, network, tile }) => {
  const output = join(folder, `${name}.png`)
  const command = join(packageRoot, 'dist', 'cli', 'main.js')
  execFileSync('node', [command, 'upscale', photo(`${name}-half`), '-o', output, '--tile', tile, '--quiet'])

  const [ours, theirs, original] = await Promise.all(
    [output, photo(`${name}-upscaled-by-pytorch`), photo(name)].map(readPicture),
  )
  expect([ours!.width, ours!.height]).toEqual([theirs!.width, theirs!.height])
  const off = Array.from(ours!.data, (value, i) => Math.abs(value - theirs!.data[i]!)).filter(
    difference => difference > 0,
  )
  expect(Math.max(0, ...off)).toBeLessThanOrEqual(1)
  expect(off.length / ours!.data.length).toBeLessThanOrEqual(0.001)
  expect(psnr(flattenToRgb8(ours!), flattenToRgb8(original!))).toBeCloseTo(network, 2)
})
