/**
 * The section `training`: a convolution forward and its gradients for input, weight and bias, at batch 8.
 */
import { BOUNDS, checkAgreement, Disagreement, difference } from '../agreement.js'
import { compete, type Own } from '../compete.js'
import { distinct, type OwnContender, trainingContender } from '../convforge.js'
import { LAYERS, type Layer, operations, selectLayers } from '../layers.js'
import { PYTORCH } from '../names.js'
import { numbersOf, operandsOf, outputGradientOf } from '../operands.js'
import { FORMATS } from '../peers/pytorch.js'
import type { Session } from '../session.js'

const BATCH = 8
const PASSES = 3
/** The layers that are trained unless others are asked for: the first ones of the list. */
const TRAINED = 5

export async function trainingSection(session: Session): Promise<void> {
  const { layers } = session.settings
  const chosen = layers.length === 0 ? LAYERS.slice(0, TRAINED) : selectLayers(LAYERS, layers)
  for (const layer of chosen) await timeTraining(session, layer)
}

async function timeTraining(session: Session, layer: Layer): Promise<void> {
  const { settings, pytorch, send } = session
  const operands = operandsOf(layer, BATCH)
  const outputGradient = outputGradientOf(layer, BATCH)
  const expected = pytorch
    ? await pytorch.exchange('training', { name: layer.name, layer }, { ...operands, outputGradient })
    : {}
  const peers = pytorch ? pytorch.contenders(layer.name) : []
  try {
    const contenders = settings.precisions.map(precision =>
      trainingContender(layer, operands, outputGradient, precision),
    )
    const own: Own[] = distinct(contenders).map(one => ({
      ...one,
      differences: pytorch ? compare(layer, one, name => numbersOf(expected[name]!)) : {},
    }))
    const subject = { section: 'training', name: layer.name, batch: BATCH } as const
    await compete(session, { ...subject, operations: PASSES * operations(layer, BATCH) }, { own, peers })
  } catch (error) {
    if (!(error instanceof Disagreement)) throw error
    send({ kind: 'disagreement', text: error.message })
  } finally {
    await pytorch?.ask('forget')
  }
}

/** The largest difference to PyTorch in each memory format, over the output and the three gradients. */
function compare(layer: Layer, one: OwnContender, expected: (name: string) => Float32Array): Record<string, number> {
  const results = one.results()
  return Object.fromEntries(
    FORMATS.map(format => {
      const differences = Object.entries(results).map(([what, values]) => {
        const apart = difference(values, expected(`${what} ${format}`))
        const bounds = BOUNDS[one.precision]
        const bound = what === 'output' ? bounds.forward : bounds.gradient
        checkAgreement(`${layer.name}, ${what} of ${one.name} and ${PYTORCH} ${format}`, apart, bound)
        return apart
      })
      return [`${PYTORCH} ${format}`, Math.max(...differences)]
    }),
  )
}
