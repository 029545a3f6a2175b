/**
 * Results as tables.
 */
import { CONVFORGE, PEER_NAMES } from '../names.js'
import type { Entry, Result, StartupResult } from '../result.js'
import { median } from '../statistics.js'
import { digits, factor, time } from './format.js'
import { table } from './table.js'

const TITLES = {
  layers: 'Layers, forward',
  training: 'Layers, forward and three gradients',
  resnet18: 'A whole network',
  startup: 'The smallest call',
  web: 'Layers in WebAssembly, forward',
  'web-training': 'Layers in WebAssembly, forward and three gradients',
} as const

const OWN_HEAD = ['', 'batch', 'algorithm', 'convforge', 'GFLOP/s', '% of peak']
const PEER_HEAD = PEER_NAMES.flatMap(name => [name, 'variant', 'ratio'])
const HEAD = [...OWN_HEAD, ...PEER_HEAD, 'rounds']

/** A table for each section, runtime and number of threads. */
export function resultTables(results: readonly Result[]): string {
  const groups = new Map<string, Result[]>()
  for (const result of results) {
    const title = `${TITLES[result.section]}, ${result.runtime}, ${countThreads(result.threads)}`
    groups.set(title, [...(groups.get(title) ?? []), result])
  }
  return [...groups].map(([title, group]) => `${title}\n\n${table(HEAD, group.flatMap(resultRows))}\n`).join('\n')
}

/** A row for each of convforge's entries: strict float32 has its own where it does something else. */
function resultRows(result: Result): string[][] {
  const own = result.entries.filter(entry => Object.values(CONVFORGE).includes(entry.name))
  return own.map(entry => [
    result.name + (entry.name === CONVFORGE.strict ? ' (strict)' : ''),
    String(result.batch),
    algorithms(entry),
    time(entry.time),
    ...speed(entry, result),
    ...PEER_NAMES.flatMap(name => peerCells(name, result, entry)),
    `${result.rounds}${result.noisy ? ' noisy' : ''}`,
  ])
}

/** A line for each runtime whose peak is known. */
export function peaks(results: readonly Result[]): string[] {
  const found = new Map<string, number[]>()
  for (const { runtime, fmaPeak } of results) {
    if (fmaPeak !== null) found.set(runtime, [...(found.get(runtime) ?? []), fmaPeak / 1e9])
  }
  return [...found].map(
    ([runtime, values]) => `${runtime}: ${median(values).toFixed(1)} GFLOP/s at most in one core, measured in this run`,
  )
}

const countThreads = (threads: number) => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

const algorithms = ({ algorithm }: Entry) => [...new Set(algorithm?.split(', '))].join(', ')

function speed({ time }: Entry, { operations, threads, fmaPeak }: Result): string[] {
  if (operations === null) return ['', '']
  const perSecond = operations / (time.median / 1e6)
  return [digits(perSecond / 1e9), fmaPeak === null ? '' : String(Math.round((100 * perSecond) / (fmaPeak * threads)))]
}

function peerCells(name: string, { entries, refusals }: Result, own: Entry): [string, string, string] {
  const peer = entries.find(entry => entry.name === name)
  if (!peer) return [refusals?.[name] === undefined ? '' : 'cannot', '', '']
  const ratio = peer.ratios[own.name]!
  const variant = peer.variant ?? ''
  // a single call has no scatter
  if (peer.isAlone) return [time(peer.time).replace(/ \(.*/, ' (1 call)'), variant, `${digits(ratio.median)}x`]
  return [time(peer.time), variant, factor(ratio)]
}

/** What it costs to begin. */
export function startupTable(startups: readonly StartupResult[]): string {
  const rows = startups.map(({ name, threads, load, first, later }) => [
    name,
    String(threads),
    ...[load, first, later].map(milliseconds => time(inMicroseconds(milliseconds))),
  ])
  const head = ['', 'threads', 'loading', 'first call of each layer of ResNet-18', 'the same calls later']
  return `Cold start, in a fresh process\n\n${table(head, rows)}\n`
}

const inMicroseconds = ({ median, p10, p90 }: StartupResult['load']) => ({
  median: 1000 * median,
  p10: 1000 * p10,
  p90: 1000 * p90,
})
