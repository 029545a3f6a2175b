/**
 * What bundlers make of the package: `sideEffects: false` lets them drop modules, and they must not drop the methods of the
 * tensor, nor keep what is not used, nor need a second file.
 */
import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BUNDLERS } from './support/bundle.js'
import { folderWithPackage } from './support/package.js'

const folder = folderWithPackage()

const run = (code: string) =>
  execFileSync('node', ['--input-type=module', '-'], { input: code, encoding: 'utf8' }).trim()

const LAYER = "import { nn, ones } from 'convforge'; console.log(new nn.Conv2d(3, 8, 3)(ones(1, 3, 8, 8)).shape.join())"
const LAYER_OF_NN = `
  import { ones } from 'convforge'
  import { Conv2d } from 'convforge/nn'
  console.log(new Conv2d(3, 8, 3)(ones(1, 3, 8, 8)).shape.join())
`
const EVERYTHING = `
  import * as convforge from 'convforge'
  import * as interop from 'convforge/interop'
  import * as models from 'convforge/models'
  console.log(convforge, interop, models)
`
const floorsOf = (modules: readonly string[]) => new Set(modules.map(path => /^dist\/src\/(\w+)/.exec(path)?.[1]))

/** In kB (1000 bytes), gzipped: no larger than today, rounded up. docs/architecture.md tells what keeps them from 60 and 150. */
const MOST: Readonly<Record<string, readonly [layer: number, layerOfNn: number, everything: number]>> = {
  // esbuild keeps all of a namespace that is exported as one
  esbuild: [171, 131, 206],
  Vite: [127, 127, 199],
}

describe.each(BUNDLERS)('a bundle by %s', (name, bundle) => {
  test('has the methods of a tensor, whatever function it comes from', async () => {
    const { text } = await bundle(
      "import { ones } from 'convforge'; console.log(String(ones(2, 3).add(1).sum()))",
      folder,
    )
    expect(run(text)).toBe('tensor(12.)')
  })

  test('has the methods of tensors that come from a file or a module', async () => {
    const { text } = await bundle(
      `
      import { safetensors } from 'convforge/interop'
      import { Conv2d } from 'convforge/nn'
      const bytes = safetensors.save(new Conv2d(2, 3, 1).stateDict())
      console.log(String(safetensors.load(bytes).weight.mul(0).sum()))
    `,
      folder,
    )
    expect(run(text)).toBe('tensor(0.)')
  })

  test('of everything is one file that imports nothing, and has no machine code', async () => {
    const { files, imports, modules, text } = await bundle(EVERYTHING, folder)
    expect(files).toHaveLength(1)
    // Node's worker has a `require` in its source, as text
    expect(imports).toEqual([])
    expect([...floorsOf(modules)]).toEqual(
      expect.arrayContaining(['optim', 'interop', 'data', 'models', 'checkpoint', 'tools']),
    )
    expect(text).toMatch(/AdamW/)
    // 'absent.js' stands for the backend
    expect(modules.filter(path => path.includes('/x64/')).toSorted()).toEqual([
      'dist/src/backends/x64/absent.js',
      'dist/src/backends/x64/runtime/processors.js',
    ])
  })

  test('of a layer computes, and has no part of what it does not use', async () => {
    const { text, modules } = await bundle(LAYER, folder)
    expect(run(text)).toBe('1,8,6,6')
    const floors = floorsOf(modules)
    expect(['optim', 'interop', 'data', 'models', 'checkpoint', 'tools'].filter(one => floors.has(one))).toEqual([])
    expect(text).not.toMatch(/AdamW|safetensors/)
  })

  test('of a layer of convforge/nn has no other layer', async () => {
    const { text, modules } = await bundle(LAYER_OF_NN, folder)
    expect(run(text)).toBe('1,8,6,6')
    expect(modules.filter(path => path.startsWith('dist/src/nn/modules/')).toSorted()).toEqual([
      'dist/src/nn/modules/conv.js',
      'dist/src/nn/modules/convNd.js',
    ])
    expect(text).not.toMatch(/ConvTranspose|BatchNorm|safetensors/)
    // nor the kernels of what is no method of a tensor
    expect(modules.filter(path => /pool/i.test(path) && !path.endsWith('/runtime/pool.js'))).toEqual([])
  })

  test.each([
    ['a layer of nn', LAYER, 0],
    ['a layer of convforge/nn', LAYER_OF_NN, 1],
    ['everything', EVERYTHING, 2],
  ])('of %s is no larger than today', async (what, program, index) => {
    const size = gzipSync((await bundle(program, folder)).text).length / 1000
    console.log(`a bundle of ${what} by ${name} has ${size.toFixed(1)} kB, gzipped`)
    expect(size).toBeLessThanOrEqual(MOST[name]![index]!)
  })
})

test("Vite takes out of 'nn' what is used, as from 'convforge/nn'", async () => {
  const bundle = new Map(BUNDLERS).get('Vite')!
  const [one, other] = await Promise.all([LAYER, LAYER_OF_NN].map(program => bundle(program, folder)))
  expect(one!.modules.filter(path => path.includes('/nn/'))).toEqual(
    other!.modules.filter(path => path.includes('/nn/')),
  )
})
