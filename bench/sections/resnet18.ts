/**
 * The section `resnet18`: a training step of ResNet-18 on 8 pictures of 64 x 64: SGD with momentum, cross entropy.
 */
import { manualSeed, nn, optim, randint, randn, type Tensor } from 'convforge'
import * as models from 'convforge/models'
import { checkAgreement, Disagreement } from '../agreement.js'
import { compete, type Own } from '../compete.js'
import { timeCalls } from '../contender.js'
import { withPrecision } from '../convforge.js'
import { CONVFORGE, PYTORCH } from '../names.js'
import type { Session } from '../session.js'
import type { Precision } from '../settings.js'

const NAME = 'ResNet-18, training step at 64x64'
const BATCH = 8
/** Few: the linear layer would say more about PyTorch's BLAS than about convolutions, and Debian's has no fast one. */
const CLASSES = 10
const SGD = { lr: 0.01, momentum: 0.9 }

/**
 * The losses of the first steps must agree with PyTorch's to these shares of them; each step multiplies what rounding
 * left. Compared with NCHW: PyTorch 1.13 in channels_last is itself 1.3e-3 away from its own float64 in the third step.
 */
const STEPS = 3
const COMPARED = `${PYTORCH} NCHW`
const LOSS_BOUNDS: Readonly<Record<Precision, number>> = { strict: 1e-3, reduced: 1e-2 }

interface Data {
  readonly weights: Record<string, Tensor>
  readonly input: Tensor
  readonly target: Tensor
}

export async function resnet18Section(session: Session): Promise<void> {
  const { resnet18 } = models as { resnet18?: (options: { numClasses: number }) => nn.Module }
  const { settings, pytorch, send } = session
  if (!resnet18) {
    send({ kind: 'note', text: 'the section resnet18 is left out: convforge/models has no resnet18' })
    return
  }
  manualSeed(0)
  const data: Data = {
    weights: resnet18({ numClasses: CLASSES }).stateDict() as Data['weights'],
    input: randn(BATCH, 3, 64, 64),
    target: randint(0, CLASSES, [BATCH]),
  }
  const peers = pytorch ? pytorch.contenders(NAME) : []
  if (pytorch) {
    const tensors = { ...data.weights, 'benchmark.input': data.input, 'benchmark.target': data.target }
    try {
      await pytorch.hand('resnet18', { name: NAME, classes: CLASSES, ...SGD }, tensors)
    } catch (error) {
      send({ kind: 'note', text: `PyTorch is left out of the section resnet18: ${(error as Error).message}` })
      peers.length = 0
    }
  }
  try {
    const expected: Record<string, number[]> = {}
    if (peers.length > 0) expected[COMPARED] = await pytorch!.losses(COMPARED.replace(PYTORCH, NAME), STEPS)
    const contenders = settings.precisions.map(precision =>
      contender(resnet18({ numClasses: CLASSES }), data, precision, expected),
    )
    // losses that agree to the bit come from the same algorithms
    const own = contenders.filter(
      (one, i) => i === 0 || one.losses.some((loss, k) => loss !== contenders[0]!.losses[k]),
    )
    await compete(session, { section: 'resnet18', name: NAME, batch: BATCH, operations: null }, { own, peers })
  } catch (error) {
    if (!(error instanceof Disagreement)) throw error
    send({ kind: 'disagreement', text: error.message })
  } finally {
    await pytorch?.ask('forget')
  }
}

function contender(
  model: nn.Module,
  { weights, input, target }: Data,
  precision: Precision,
  expected: Readonly<Record<string, readonly number[]>>,
): Own & { losses: readonly number[] } {
  model.loadStateDict(weights)
  const optimizer = new optim.SGD(model.parameters(), SGD)
  const step = () => {
    optimizer.zeroGrad()
    const loss = nn.functional.crossEntropy(model.forward(input) as Tensor, target)
    loss.backward()
    optimizer.step()
    return loss.item()
  }
  const losses = withPrecision(precision, () => Array.from({ length: STEPS }, step))
  const differences = Object.fromEntries(
    Object.entries(expected).map(([name, values]) => {
      const apart = Math.max(...values.map((loss, i) => Math.abs(losses[i]! - loss) / Math.abs(loss)))
      checkAgreement(`${NAME}, the losses of ${CONVFORGE[precision]} and ${name}`, apart, LOSS_BOUNDS[precision])
      return [name, apart]
    }),
  )
  return {
    name: CONVFORGE[precision],
    differences,
    losses,
    time: calls => withPrecision(precision, () => timeCalls(step, calls)),
  }
}
