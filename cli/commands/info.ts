import { release, totalmem } from 'node:os'
import { oneLine } from '../error.js'
import { type BackendInfo, describeBackends, describeServing } from '../info/backends.js'
import { type Cpu, describeCpu } from '../info/cpu.js'
import { environmentSettings } from '../info/environment.js'
import { version } from '../packageRoot.js'

export function info(): void {
  process.stdout.write(
    formatInfo(describeCpu(), describeBackends(), describeServing(), environmentSettings(process.env)),
  )
}

/** @param serving the best backend that may serve */
export function formatInfo(
  cpu: Cpu,
  backends: readonly BackendInfo[],
  serving: string,
  environment: readonly (readonly [name: string, value: string])[],
): string {
  const features = cpu.features ?? ['not known on this platform']
  const lines = [
    `convforge  ${version}`,
    `node       ${process.version}, ${process.platform} ${process.arch} (${release()})`,
    `cpu        ${cpu.model}, ${cpu.threads} ${cpu.threads === 1 ? 'thread' : 'threads'}`,
    `features   ${features.join(' ') || 'none that convforge could use'}`,
    `memory     ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `serving    ${serving}`,
    'backends',
  ]
  const width = Math.max(0, ...backends.map(backend => backend.name.length))
  for (const { name, available, reason, details } of backends) {
    lines.push(`  ${name.padEnd(width)}  ${available ? 'available' : 'not available'}${reason ? `: ${reason}` : ''}`)
    for (const detail of details) lines.push(`  ${' '.repeat(width)}  ${detail}`)
  }
  if (backends.length === 0) lines.push('  none')
  if (environment.length > 0) lines.push('environment')
  for (const [name, value] of environment) lines.push(`  ${name}=${oneLine(value)}`)
  return `${lines.join('\n')}\n`
}
