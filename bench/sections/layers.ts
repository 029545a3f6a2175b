/**
 * The section `layers`: one convolution forward, NCHW in and out.
 */
import { BOUNDS, checkAgreement, Disagreement, difference } from '../agreement.js'
import { compete, type Own } from '../compete.js'
import type { Contender } from '../contender.js'
import { distinct, forwardContender } from '../convforge.js'
import { LAYERS, type Layer, operations, selectLayers, TINY_LAYER } from '../layers.js'
import { numbersOf, operandsOf } from '../operands.js'
import { onnxModelOf, onnxSession } from '../peers/onnxruntime.js'
import type { Session } from '../session.js'
import type { Section } from '../settings.js'

export async function layersSection(session: Session): Promise<void> {
  const { layers, batches } = session.settings
  const chosen = layers.length === 0 ? LAYERS : selectLayers(LAYERS, layers)
  for (const batch of batches) for (const layer of chosen) await timeForward(session, 'layers', layer, batch)
}

/** A layer so small that the cost of a call is what one sees; belongs to the section `startup`. */
export const tinyLayer = (session: Session) => timeForward(session, 'startup', TINY_LAYER, 1)

async function timeForward(session: Session, section: Section, layer: Layer, batch: number): Promise<void> {
  const { settings, threads, hasOnnxruntime, pytorch, send } = session
  const operands = operandsOf(layer, batch)
  const onnx = hasOnnxruntime ? onnxSession(onnxModelOf(layer, batch, operands), threads) : null
  const expected: Record<string, Float32Array> = {}
  const peers: Contender[] = []
  if (onnx) {
    onnx.run()
    expected[onnx.name] = onnx.output
    peers.push(onnx)
  }
  if (pytorch) {
    const answer = await pytorch.exchange('forward', { name: layer.name, layer }, { ...operands })
    for (const contender of pytorch.contenders(layer.name)) {
      expected[contender.name] = numbersOf(answer[contender.name]!)
      peers.push(contender)
    }
  }
  try {
    const contenders = settings.precisions.map(precision => forwardContender(layer, operands, precision))
    const own: Own[] = distinct(contenders).map(one => {
      const { output } = one.results()
      const differences = Object.fromEntries(
        Object.entries(expected).map(([name, values]) => [name, difference(output!, values)]),
      )
      for (const [name, apart] of Object.entries(differences)) {
        checkAgreement(`${layer.name}, ${one.name} and ${name}`, apart, BOUNDS[one.precision].forward)
      }
      return { ...one, differences }
    })
    await compete(session, { section, name: layer.name, batch, operations: operations(layer, batch) }, { own, peers })
  } catch (error) {
    if (!(error instanceof Disagreement)) throw error
    send({ kind: 'disagreement', text: error.message })
  } finally {
    onnx?.dispose()
    await pytorch?.ask('forget')
  }
}
