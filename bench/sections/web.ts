/**
 * The sections `web` and `web-training`: layers in WebAssembly, in Node 24 and on a page in Chromium, beside the peers that
 * run there.
 */
import { backends } from 'convforge'
import { compete, type Field } from '../compete.js'
import { forwardContender, trainingContender } from '../convforge.js'
import { LAYERS, type Layer, operations, selectLayers } from '../layers.js'
import { operandsOf, outputGradientOf } from '../operands.js'
import { convolutionModel } from '../peers/onnxModel.js'
import { foreignClock } from '../processor.js'
import type { Session } from '../session.js'
import { startChromium } from '../web/chromium.js'
import { LOOP_OPERATIONS } from '../web/fmaLoop.js'
import { startNode24 } from '../web/node24.js'
import { encode, keyOf, type Task, WEB_PEERS, type WebPass, type WebPeerName } from '../web/protocol.js'
import { type Channel, peakOf, type RuntimeName, remote } from '../web/runtime.js'

const BATCH = 1
const PASSES = { forward: 1, training: 3 } as const
/** The layers that are trained unless others are asked for: the first ones of the list. */
const TRAINED = 3
/** A peer whose call takes longer is not called in the rounds, in milliseconds. */
const TOO_SLOW = 100

export const webSection = (session: Session) => runSection(session, 'forward', LAYERS)

export const webTrainingSection = (session: Session) => runSection(session, 'training', LAYERS.slice(0, TRAINED))

async function runSection(session: Session, pass: WebPass, all: readonly Layer[]): Promise<void> {
  const { settings, threads, send } = session
  const chosen = settings.layers.length === 0 ? all : selectLayers(LAYERS, settings.layers)
  const peers = WEB_PEERS.filter(name => settings.peers.includes(name))
  const channels = await startChannels(session, peers)
  try {
    for (const channel of channels) {
      const versions = await channel.ask('begin', { threads, peers })
      for (const [name, version] of Object.entries(versions)) send({ kind: 'version', name, version })
    }
    for (const layer of chosen) {
      const task = describe(layer, pass, session, peers)
      for (const channel of channels) await timeOn(channel, session, task)
    }
  } finally {
    for (const channel of channels) await channel.stop()
  }
}

async function startChannels({ settings, send }: Session, peers: readonly WebPeerName[]): Promise<Channel[]> {
  const start: Record<RuntimeName, () => Promise<Channel | null>> = {
    node24: startNode24,
    chromium: () => startChromium(peers.includes('tfjs')),
  }
  const channels: Channel[] = []
  for (const name of settings.runtimes) {
    const channel = await start[name]()
    if (channel) channels.push(channel)
    else send({ kind: 'note', text: `${name} is left out of the sections of browsers: it is not here` })
  }
  return channels
}

/** The layer with its right results, by the reference. */
function describe(layer: Layer, pass: WebPass, { settings }: Session, peers: readonly WebPeerName[]): Task {
  const operands = operandsOf(layer, BATCH)
  const outputGradient = outputGradientOf(layer, BATCH)
  const expected = backends.withAlgorithm('reference', () =>
    pass === 'forward'
      ? forwardContender(layer, operands, 'strict').results()
      : trainingContender(layer, operands, outputGradient, 'strict').results(),
  )
  return {
    pass,
    layer,
    batch: BATCH,
    precisions: settings.precisions,
    model: peers.includes('onnxruntime-web') ? encode(convolutionModel(layer, BATCH, operands)) : null,
    expected: Object.fromEntries(Object.entries(expected).map(([name, values]) => [name, encode(values)])),
  }
}

async function timeOn(channel: Channel, session: Session, task: Task): Promise<void> {
  const { settings, send } = session
  const { pass, layer } = task
  const { own, peers, refusals, disagreement } = await channel.ask('prepare', task)
  for (const [peer, text] of Object.entries(refusals)) {
    const what = pass === 'forward' ? layer.name : `the gradients of ${layer.groups === 1 ? 'a layer' : layer.name}`
    send({ kind: 'note', text: `${peer} cannot do ${what}: ${text.split('\n')[0]}` })
  }
  if (disagreement !== null) {
    send({ kind: 'disagreement', text: `${channel.name}: ${disagreement}` })
    return
  }
  const field: Field = {
    own: own.map(one => ({ ...one, ...remote(channel, one.name), differences: { reference: one.difference } })),
    peers: peers
      .filter(({ alone }) => alone < TOO_SLOW)
      .map(({ peer, variant }) => remote(channel, keyOf(peer, variant), { peer, variant })),
    peak: { contender: peakOf(channel), operations: LOOP_OPERATIONS },
    alone: peers
      .filter(({ alone }) => alone >= TOO_SLOW)
      .map(({ peer, variant, alone }) => ({ name: peer, variant, milliseconds: alone })),
    refusals,
  }
  await compete(
    {
      ...session,
      settings: { ...settings, ...settings.web },
      runtime: channel.name,
      foreign: foreignClock(channel.processorMilliseconds),
    },
    {
      section: pass === 'forward' ? 'web' : 'web-training',
      name: layer.name,
      batch: BATCH,
      operations: PASSES[pass] * operations(layer, BATCH),
    },
    field,
  )
}
