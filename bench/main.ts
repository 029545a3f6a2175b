/**
 * The benchmarks: `npm run bench`, `npm run bench -- --help`. bench/README.md says how to read them.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseOptions } from './options.js'
import { installPeers } from './peers/require.js'
import { time } from './report/format.js'
import { peaks, resultTables, startupTable } from './report/results.js'
import { saveReport } from './report/save.js'
import type { Report, Result, StartupResult } from './result.js'
import type { Message } from './session.js'
import type { Settings } from './settings.js'

const settings = parseOptions(process.argv.slice(2))
if (settings.peers.some(peer => peer !== 'pytorch')) installPeers()

const versions: Record<string, string> = { node: process.version }
const [results, startups, notes, disagreements] = [[], [], new Set(), []] as [
  Result[],
  StartupResult[],
  Set<string>,
  string[],
]
const date = new Date().toISOString()

/** Runs everything with one number of threads in a process of its own. */
async function runSession(settings: Settings, threads: number): Promise<void> {
  const child = fork(fileURLToPath(new URL('session.ts', import.meta.url)), [JSON.stringify([settings, threads])], {
    env: { ...process.env, CONVFORGE_NUM_THREADS: String(threads) },
  })
  child.on('message', receive)
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  if (code !== 0) throw new Error(`the process with ${threads} threads ended with ${code ?? signal}`)
}

function receive(value: unknown): void {
  const message = value as Message
  if (message.kind === 'result') {
    results.push(message.result)
    const { name, batch, threads, runtime, entries } = message.result
    const times = entries.map(entry => `${entry.name} ${time(entry.time)}`).join(', ')
    process.stderr.write(`${name}, batch ${batch}, threads ${threads}, ${runtime}: ${times}\n`)
  }
  if (message.kind === 'startup') startups.push(message.startup)
  if (message.kind === 'note') notes.add(message.text)
  if (message.kind === 'disagreement') disagreements.push(message.text)
  if (message.kind === 'version') versions[message.name] = message.version
}

for (const threads of settings.threads) await runSession(settings, threads)

const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} virtual cores, ${process.platform} ${process.arch}`
const report: Report = { date, machine, versions, results, startups, notes: [...notes], disagreements }
const lines = [
  machine,
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
  ...peaks(results),
  'ratio: how many times as long as convforge; median of the rounds (10th-90th percentile)\n',
  resultTables(results),
  startups.length === 0 ? '' : startupTable(startups),
  ...[...notes].map(note => `Note: ${note}`),
  ...disagreements.map(text => `WRONG, and so not timed: ${text}`),
  `written: ${saveReport(settings.out, report).join(' ')}`,
]
process.stdout.write(`\n${lines.filter(line => line !== '').join('\n')}\n`)
process.exitCode = disagreements.length === 0 ? 0 : 1
