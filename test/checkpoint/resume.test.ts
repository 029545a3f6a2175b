/**
 * A training that stops and goes on is the training that never stopped, to the bit.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, loadCheckpoint, saveCheckpoint } from '../../src/checkpoint/index.js'
import { safetensors } from '../../src/interop/index.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { contiguousData } from '../../src/tensor/copy.js'
import { defaultGenerator, manualSeed } from '../../src/tensor/random/generator.js'
import { temporaryFolder } from '../cli/support/folder.js'
import { type Kind, setUp, type Training, train } from './training.js'

const generators = ({ augmentation }: Training) => ({ default: defaultGenerator, augmentation })
const bitsOf = ({ model }: Training): unknown =>
  Object.entries(model.stateDict()).map(([name, value]) => [name, Array.from(contiguousData(value) as Float32Array)])

describe.each<Kind>(['SGD', 'Adam', 'RMSprop'])('%s', kind => {
  test('2 + 2 epochs are 4', async () => {
    manualSeed(3)
    const whole = setUp(kind)
    const losses = [...train(whole, 2), ...train(whole, 2)]

    const path = join(temporaryFolder(), 'run.safetensors')
    manualSeed(3)
    const first = setUp(kind)
    const firstLosses = train(first, 2)
    const { model, optimizer, scheduler } = first
    await saveCheckpoint(path, { model, optimizer, scheduler, generator: generators(first), epoch: 2 })

    // another process would be no different: nothing is left of the first half but the file
    manualSeed(99)
    const second = setUp(kind)
    train(second, 1)
    const found = await loadCheckpoint(path, {
      model: second.model,
      optimizer: second.optimizer,
      scheduler: second.scheduler,
      generator: generators(second),
    })
    expect(found.epoch).toBe(2)
    expect([...firstLosses, ...train(second, 2)]).toEqual(losses)
    expect(bitsOf(second)).toEqual(bitsOf(whole))
  })

  test.each(['optimizer', 'scheduler', 'generator'] as const)('without the %s it would not be the same', part => {
    manualSeed(3)
    const whole = setUp(kind)
    train(whole, 2)
    const { model, optimizer, scheduler } = whole
    const file = encodeCheckpoint({ model, optimizer, scheduler, generator: generators(whole) })
    const losses = train(whole, 1)
    manualSeed(99)
    const second = setUp(kind)
    const parts = {
      model: second.model,
      optimizer: second.optimizer,
      scheduler: second.scheduler,
      generator: generators(second),
    }
    decodeCheckpoint(file, { ...parts, [part]: undefined })
    expect(train(second, 1)).not.toEqual(losses)
  })
})

test('what is saved is the state at the call, whatever the training does while it is written', async () => {
  const path = join(temporaryFolder(), 'run.safetensors')
  manualSeed(3)
  const own = setUp('SGD')
  train(own, 1)
  const before = bitsOf(own)
  const saving = saveCheckpoint(path, { model: own.model, optimizer: own.optimizer })
  train(own, 1)
  await saving
  expect(bitsOf(own)).not.toEqual(before)
  await loadCheckpoint(path, { model: own.model })
  expect(bitsOf(own)).toEqual(before)
})

test('the file is a safetensors file that others can read', async () => {
  const path = join(temporaryFolder(), 'run.safetensors')
  const own = setUp('Adam')
  train(own, 1)
  const { model, optimizer, scheduler } = own
  await saveCheckpoint(path, {
    model,
    optimizer,
    scheduler,
    generator: defaultGenerator,
    epoch: 1,
    extra: { best: 0.5 },
  })
  const { metadata, tensors } = await safetensors.loadSafetensorsFile(path)
  const names = [...tensors.keys()]
  expect(names).toEqual(
    expect.arrayContaining([
      'model.conv.weight',
      'model.norm.running_mean',
      'optimizer.state.0.exp_avg',
      'optimizer.state.0.step',
      'generator.default',
    ]),
  )
  expect(names.every(name => /^(model|optimizer|generator)\./.test(name))).toBe(true)
  expect(Object.keys(metadata)).toEqual([
    'format',
    'version',
    'epoch',
    'model',
    'optimizer',
    'scheduler',
    'generator',
    'extra',
  ])
  expect(JSON.parse(metadata['scheduler']!)).toMatchObject({ total_steps: 24, last_epoch: 6 })
  expect(JSON.parse(metadata['optimizer']!).param_groups[0]).toMatchObject({
    amsgrad: true,
    params: [0, 1, 2, 3, 4, 5],
  })
  expect(JSON.parse(metadata['extra']!)).toEqual({ best: 0.5 })
})

describe('extra', () => {
  const roundTrip = (extra: unknown): unknown => decodeCheckpoint(encodeCheckpoint({ extra })).extra

  test.each<[unknown]>([
    [null],
    [true],
    ['text'],
    [1.5],
    [-0],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    [2n ** 64n],
    [[]],
    [{}],
    [{ constructor: 1, toString: [{ hasOwnProperty: null }] }],
    [[[1, [2]], { a: { b: [-0] } }]],
    [5e-324],
    [0.1 + 0.2],
  ])('%o', extra => {
    const found = roundTrip(extra)
    expect(found).toStrictEqual(extra)
    expect(Object.is(found, extra) || typeof extra !== 'number').toBe(true)
  })

  test('tensors anywhere in it', () => {
    const found = roundTrip({ history: [tensor([1, 2]), { deep: tensor(3, { dtype: 'int64' }) }] }) as {
      history: [ReturnType<typeof tensor>, { deep: ReturnType<typeof tensor> }]
    }
    expect([found.history[0].tolist(), found.history[1].deep.dtype, found.history[1].deep.item()]).toEqual([
      [1, 2],
      'int64',
      3,
    ])
    expect((roundTrip(tensor([4])) as ReturnType<typeof tensor>).tolist()).toEqual([4])
  })

  test('keys without a value are left out, and no extra is undefined', () => {
    expect(roundTrip({ a: undefined, b: 1 })).toEqual({ b: 1 })
    expect(decodeCheckpoint(encodeCheckpoint({})).extra).toBeUndefined()
  })

  const cyclic: unknown[] = []
  cyclic.push(cyclic)
  test.each<[unknown, string]>([
    [{ a: new Map() }, 'extra.a must be plain data, but got Map'],
    [[() => 1], 'extra.0 must be plain data'],
    [[undefined], 'extra.0 must be plain data, but got undefined'],
    [{ $tensor: 'model.x' }, 'extra must not have the key "$tensor"'],
    [JSON.parse('{"__proto__": 1}'), '"__proto__"'],
    [cyclic, 'nested too deeply, or in itself'],
    [{ 'a.b': tensor(1), a: { b: tensor(2) } }, 'two tensors named extra.a.b'],
  ])('refuses (%#)', (extra, message) => {
    expect(() => encodeCheckpoint({ extra })).toThrow(message)
  })
})
