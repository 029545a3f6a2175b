/**
 * What a bundler makes of the package: `sideEffects: false` lets it drop modules, and it must not drop the methods of
 * the tensor, nor keep what is not used.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
  })
  return result.outputFiles[0]!.text
}

const run = (code: string) =>
  execFileSync('node', ['--input-type=module', '-'], { input: code, encoding: 'utf8' }).trim()

test('a tensor from any creation function has its methods in a bundle', async () => {
  const code = await bundle("import { ones } from 'convforge'; console.log(String(ones(2, 3).add(1).sum()))")
  expect(run(code)).toBe('tensor(12.)')
})

test('tensors that come from a file or a module have their methods in a bundle', async () => {
  const code = await bundle(`
    import { safetensors } from 'convforge/interop'
    import { Conv2d } from 'convforge/nn'
    const bytes = safetensors.save(new Conv2d(2, 3, 1).stateDict())
    console.log(String(safetensors.load(bytes).weight.mul(0).sum()))
  `)
  expect(run(code)).toBe('tensor(0.)')
})

test('what is not used is dropped, and nothing of Node is needed', async () => {
  const whole = await bundle("import * as convforge from 'convforge'; console.log(convforge)")
  const one = await bundle("import { Conv2d } from 'convforge/nn'; console.log(new Conv2d(1, 2, 3))")
  expect(one.length).toBeLessThan(whole.length)
  expect(one).not.toMatch(/ConvTranspose1d|safetensors/)
  expect(whole).not.toMatch(/from\s*["']node:|require\(/)
  console.log(`gzipped: everything ${gzipSync(whole).length} bytes, Conv2d alone ${gzipSync(one).length} bytes`)
})
