/**
 * Checkpoints that do not fit, that somebody else wrote, or that are damaged: refused, with nothing changed.
 */
import { describe, expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/checkpoint/index.js'
import { safetensors } from '../../src/interop/index.js'
import type { RawTensor } from '../../src/interop/safetensors/read.js'
import { Module } from '../../src/nn/module.js'
import { Conv2d } from '../../src/nn/modules/conv.js'
import { Linear } from '../../src/nn/modules/linear.js'
import { Parameter } from '../../src/nn/parameter.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { Adam, LinearLR, OneCycleLR, SequentialLR, SGD, StepLR } from '../../src/optim/index.js'
import { defaultGenerator, Generator, manualSeed } from '../../src/tensor/random/generator.js'
import { SEED } from '../property/support/seed.js'
import { setUp, train } from './training.js'

interface File {
  metadata: Record<string, string>
  tensors: Map<string, RawTensor>
}

const partsOf = ({ model, optimizer, scheduler }: ReturnType<typeof setUp>) => ({
  model,
  optimizer,
  scheduler,
  generator: defaultGenerator,
})

/** A training that was saved, and another into which the file does not get. */
manualSeed(5)
const saved = setUp('Adam')
train(saved, 1)
const good = encodeCheckpoint({ ...partsOf(saved), epoch: 1, extra: { note: 'x' } })
const target = setUp('Adam')
train(target, 2)

/** Everything that loading could change. */
const state = (): Uint8Array => encodeCheckpoint(partsOf(target))

function expectRefused(
  bytes: Uint8Array,
  message: string | RegExp | typeof Error,
  parts: object = partsOf(target),
): void {
  const before = state()
  expect(() => decodeCheckpoint(bytes, parts)).toThrow(message)
  expect(Buffer.compare(state(), before)).toBe(0)
}

/** The good file, changed and written anew. */
function changed(change: (file: File) => void): Uint8Array {
  const file = safetensors.parseSafetensors(good.slice())
  change(file)
  return safetensors.encodeSafetensors(file.tensors, file.metadata)
}

/** Changes the JSON of one part. */
const json = (name: string, change: (value: never) => unknown) => (file: File) => {
  const value = JSON.parse(file.metadata[name]!) as never
  file.metadata[name] = JSON.stringify(change(value) ?? value)
}

test('the good file does get in', () => {
  const before = state()
  const other = safetensors.parseSafetensors(good)
  decodeCheckpoint(safetensors.encodeSafetensors(other.tensors, other.metadata), partsOf(target))
  expect(Buffer.compare(state(), before)).not.toBe(0)
})

describe('a model that does not fit', () => {
  class Small extends Module {
    conv = new Conv2d(1, 2, 3)
    extra = new Linear(2, 3, { bias: false })
    override forward(input: Tensor): Tensor {
      return this.conv(input)
    }
  }

  test("gives PyTorch's list, and leaves the optimizer alone as well", () => {
    const model = new Small()
    expectRefused(good, /^Error\(s\) in loading state_dict for Small:\n/, { ...partsOf(target), model })
    const message = (() => {
      try {
        decodeCheckpoint(good, { model })
      } catch (error) {
        return (error as Error).message
      }
      return ''
    })()
    expect(message.split('\n\t').slice(1)).toEqual([
      'Missing key(s) in state_dict: "extra.weight". ',
      'Unexpected key(s) in state_dict: "norm.num_batches_tracked", "linear.bias", "linear.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.weight". ',
      'size mismatch for conv.weight: copying a param with shape torch.Size([3, 1, 3, 3]) from checkpoint, the shape in current model is torch.Size([2, 1, 3, 3]).',
      'size mismatch for conv.bias: copying a param with shape torch.Size([3]) from checkpoint, the shape in current model is torch.Size([2]).',
    ])
  })

  test('only other keys are passed over if asked to', () => {
    class Part extends Module {
      conv = new Conv2d(1, 3, 3)
      head = new Linear(2, 2)
      override forward(input: Tensor): Tensor {
        return this.conv(input)
      }
    }
    const model = new Part()
    const { keys } = decodeCheckpoint(good, { model }, { strict: false })
    expect(keys!.missingKeys).toEqual(['head.weight', 'head.bias'])
    expect(model.conv.weight.tolist()).toEqual(saved.model.conv.weight.tolist())
    expect(() => decodeCheckpoint(good, { model: new Small() }, { strict: false })).toThrow(
      'size mismatch for conv.weight',
    )
  })
})

describe('parts that do not fit', () => {
  test('another optimizer, fewer parameters, another scheduler', () => {
    const { model } = target
    expectRefused(good, 'exp_avg, which SGD does not keep', {
      model,
      optimizer: new SGD(model.parameters(), { lr: 1, momentum: 0.9 }),
    })
    expectRefused(good, "doesn't match the size of optimizer's group", {
      model,
      optimizer: new Adam([model.conv.weight]),
    })
    expectRefused(good, 'StepLR: the loaded state dict has no step_size', {
      model,
      scheduler: new StepLR(target.optimizer, { stepSize: 2 }),
    })
  })

  test('what the file does not have', () => {
    const { model } = target
    const bare = encodeCheckpoint({ model, epoch: 3 })
    expectRefused(bare, 'the checkpoint has no optimizer; it has model, epoch')
    expectRefused(encodeCheckpoint({}), 'the checkpoint has no model; it has nothing')
    expect(decodeCheckpoint(bare, { model }).epoch).toBe(3)
    expectRefused(good, 'the checkpoint has no generator "mine"; it has "default"', {
      model,
      generator: { mine: new Generator() },
    })
  })

  test('arguments that are none', () => {
    expectRefused(good, "unexpected keyword argument 'optimiser'", { optimiser: target.optimizer })
    expectRefused(good, 'model must be a Module, but got Object', { model: {} })
    expectRefused(good, 'optimizer must be an Optimizer, but got Network', { optimizer: target.model })
    expectRefused(good, 'scheduler must be a scheduler', { scheduler: null })
    expectRefused(good, 'generator must be a Generator, or several by name', { generator: 3 })
    expect(() => decodeCheckpoint(good, {}, { strikt: false } as never)).toThrow("'strikt'")
    expect(() => encodeCheckpoint({ epoch: 1.5 })).toThrow('epoch=1.5')
    expect(() => encodeCheckpoint({ epochs: 1 } as never)).toThrow("unexpected keyword argument 'epochs'")
  })
})

describe('files that somebody else wrote', () => {
  const bytes = (count: number): RawTensor => ({ dtype: 'uint8', shape: [count], data: new Uint8Array(count) })

  test.each<[string, (file: File) => void, string]>([
    [
      'a file of plain tensors',
      file => Object.assign(file, { metadata: { format: 'pt' } }),
      'not a checkpoint: its format is "pt"',
    ],
    ['no metadata at all', file => Object.assign(file, { metadata: {} }), 'not a checkpoint: its format is missing'],
    ['a version to come', file => Object.assign(file.metadata, { version: '2' }), 'version string 2; known is 1'],
    [
      'a tensor that belongs to nothing',
      file => file.tensors.set('other.weight', bytes(3)),
      'the tensor "other.weight" belongs to nothing in it',
    ],
    [
      'a part without its JSON',
      file => Reflect.deleteProperty(file.metadata, 'extra') && file.tensors.set('extra.a', bytes(1)),
      '"extra.a" belongs to nothing',
    ],
    [
      'a tensor that the JSON does not place',
      file => file.tensors.set('optimizer.state.9.exp_avg', bytes(3)),
      'has no place in optimizer',
    ],
    [
      'a missing tensor',
      file => file.tensors.delete('optimizer.state.0.exp_avg'),
      'optimizer.state.0.exp_avg is {"$tensor":"optimizer.state.0.exp_avg"}',
    ],
    [
      'a tensor of another place',
      json(
        'optimizer',
        (own: { state: Record<string, object> }) =>
          Object.assign(own.state['0']!, { exp_avg: { $tensor: 'optimizer.state.0.exp_avg_sq' } }) && own,
      ),
      'Invalid checkpoint: optimizer.state.0.exp_avg is',
    ],
    [
      'the tensor of another part',
      json(
        'optimizer',
        (own: { state: Record<string, object> }) =>
          Object.assign(own.state['0']!, { exp_avg: { $tensor: 'model.conv.weight' } }) && own,
      ),
      'Invalid checkpoint: optimizer.state.0.exp_avg is',
    ],
    ['broken JSON', file => Object.assign(file.metadata, { scheduler: '{"a":' }), 'scheduler is not JSON'],
    ['JSON that is nothing', file => Object.assign(file.metadata, { optimizer: 'null' }), 'has no place in optimizer'],
    [
      'a prototype',
      file => Object.assign(file.metadata, { scheduler: '{"__proto__": {"polluted": 1}}' }),
      'scheduler has the key "__proto__"',
    ],
    [
      'an unknown mark',
      file => Object.assign(file.metadata, { extra: '{"$function": "alert()"}' }),
      'extra is {"$function":"alert()"}',
    ],
    [
      'a mark among others',
      file => Object.assign(file.metadata, { extra: '{"$number": "NaN", "b": 1}' }),
      'extra has the key "$number"',
    ],
    [
      'a number that is none',
      file => Object.assign(file.metadata, { extra: '{"$number": "1e9"}' }),
      'extra is {"$number":"1e9"}',
    ],
    [
      'a huge bigint',
      file => Object.assign(file.metadata, { extra: `{"$bigint": "${'9'.repeat(2000)}"}` }),
      'extra is {"$bigint":',
    ],
    [
      'a deep list',
      file => Object.assign(file.metadata, { extra: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }),
      'nested too deeply',
    ],
    [
      'half an epoch',
      file => Object.assign(file.metadata, { epoch: '0.5' }),
      'epoch is number 0.5; expected a whole number',
    ],
    [
      'a negative rate',
      json('optimizer', (own: { param_groups: object[] }) => Object.assign(own.param_groups[0]!, { lr: -1 }) && own),
      'Invalid learning rate: -1',
    ],
    [
      'a rate that is no number',
      json(
        'optimizer',
        (own: { param_groups: object[] }) => Object.assign(own.param_groups[0]!, { lr: { $number: 'NaN' } }) && own,
      ),
      'lr=NaN',
    ],
    [
      'steps without end',
      json('scheduler', (own: object) => Object.assign(own, { last_epoch: { $number: 'Infinity' } })),
      'last_epoch must be a whole number',
    ],
    [
      'another size of the state',
      file =>
        file.tensors.set('optimizer.state.0.exp_avg', { dtype: 'float32', shape: [2], data: new Float32Array(2) }),
      'size mismatch for exp_avg of parameter 0',
    ],
    [
      'a generator of another length',
      file => file.tensors.set('generator.default', bytes(3)),
      'Expected a CPUGeneratorImplState of size 5056',
    ],
    ['a generator that cannot be', file => file.tensors.set('generator.default', bytes(5056)), 'Invalid mt19937 state'],
    [
      'a generator of other numbers',
      file => file.tensors.set('generator.default', { dtype: 'float32', shape: [1], data: new Float32Array(1) }),
      'is not a row of bytes',
    ],
    ['a generator that is a number', json('generator', () => ({ default: 3 })), 'has no place in generator'],
    [
      'a model of another shape',
      file => file.tensors.set('model.conv.bias', { dtype: 'float32', shape: [7], data: new Float32Array(7) }),
      'size mismatch for conv.bias',
    ],
    [
      'a model without a tensor',
      file => file.tensors.delete('model.conv.bias'),
      'Missing key(s) in state_dict: "conv.bias"',
    ],
    [
      'a model with another tensor',
      file => file.tensors.set('model.__proto__', bytes(1)),
      'Unexpected key(s) in state_dict: "__proto__"',
    ],
    ['a model without a name', file => Object.assign(file.metadata, { model: '1.5' }), 'model is number 1.5; expected'],
    ['a model that is not JSON', file => Object.assign(file.metadata, { model: 'Network' }), 'model is not JSON'],
    [
      'a model with tensors',
      file => Object.assign(file.metadata, { model: '{"$tensor": "model.conv.bias"}' }),
      'model is {',
    ],
  ])('%s', (_, change, message) => {
    expectRefused(changed(change), message)
    expect({}).not.toHaveProperty('polluted')
  })

  test('a model without a name is refused also where only another part is loaded', () => {
    const bytes = changed(file => Object.assign(file.metadata, { model: 'null' }))
    expectRefused(bytes, 'model is null', { optimizer: target.optimizer })
  })
})

describe('groups without what their scheduler reads at the next step', () => {
  type Groups = { param_groups: Record<string, unknown>[] }
  const names = ['initial_lr', 'max_lr', 'min_lr', 'max_momentum', 'base_momentum']

  test.each(names)('%s', name => {
    const without = json('optimizer', (own: Groups) => void Reflect.deleteProperty(own.param_groups[0]!, name))
    expectRefused(
      changed(without),
      `${name} of group 0 of the optimizer is missing; its scheduler needs a number there`,
    )
    const wrong = json('optimizer', (own: Groups) => void Object.assign(own.param_groups[0]!, { [name]: 'x' }))
    expectRefused(changed(wrong), `${name} of group 0 of the optimizer is string x`)
  })

  test('in a sequence, and in a group that was added later', () => {
    const optimizer = new SGD(target.model.parameters(), { lr: 0.1, momentum: 0.9 })
    const schedulers = [new LinearLR(optimizer), new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 9 })]
    const scheduler = new SequentialLR(optimizer, { schedulers, milestones: [2] })
    const { maxLr, minLr, ...rest } = optimizer.paramGroups[0]!
    optimizer.addParamGroup({ ...rest, params: [new Parameter(zeros([2]))], maxLr: 0.3, minLr: 0.01 } as never)
    const whole = encodeCheckpoint({ optimizer, scheduler })
    decodeCheckpoint(whole, { optimizer, scheduler })
    const file = safetensors.parseSafetensors(whole)
    json('optimizer', (own: Groups) => void Reflect.deleteProperty(own.param_groups[1]!, 'max_lr'))(file)
    const bytes = safetensors.encodeSafetensors(file.tensors, file.metadata)
    expectRefused(bytes, 'max_lr of group 1 of the optimizer is missing', { optimizer, scheduler })
    // nobody reads it then
    expect(() => decodeCheckpoint(bytes, { optimizer })).not.toThrow()
    expect([maxLr, minLr]).toEqual([0.5, 0.5 / 25 / 1e4])
  })

  test('momenta are not missed where they are not cycled', () => {
    const make = (cycleMomentum: boolean) => {
      const optimizer = new SGD(target.model.parameters(), { lr: 0.1, momentum: 0.9 })
      return { optimizer, scheduler: new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 9, cycleMomentum }) }
    }
    const other = make(true)
    decodeCheckpoint(encodeCheckpoint(make(false)), other)
    other.optimizer.step()
    expect(() => other.scheduler.step()).not.toThrow()
  })
})

test(`damaged files (seed ${SEED})`, () => {
  const random = new Generator(SEED)
  const header = 8 + Number(new DataView(good.buffer, good.byteOffset).getBigUint64(0, true))
  const before = Buffer.from(state())
  let refused = 0
  for (let round = 0; round < 300; round++) {
    const bytes = good.slice(0, round % 5 === 0 ? random.random32() % good.length : good.length)
    // the header has all that is checked; the numbers behind it may be any
    for (let i = 0; i <= round % 3; i++)
      bytes[random.random32() % Math.min(header, bytes.length)] = random.random32() & 255
    try {
      decodeCheckpoint(bytes, partsOf(target))
      // one of the few places where any letter will do: another name of the model, say
      decodeCheckpoint(before, partsOf(target))
    } catch (error) {
      expect(['SafetensorsError', 'RuntimeError', 'ValueError', 'TypeError']).toContain((error as Error).name)
      expect((error as Error).message.length).toBeLessThan(4000)
      refused++
    }
    if (Buffer.compare(state(), before) !== 0) throw new Error(`round ${round}: something was changed`)
  }
  expect(refused).toBeGreaterThan(250)
})
