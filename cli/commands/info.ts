import { release, totalmem } from 'node:os'
import { type BackendInfo, describeBackends } from '../info/backends.js'
import { type Cpu, describeCpu } from '../info/cpu.js'
import { version } from '../packageRoot.js'

export function info(): void {
  process.stdout.write(formatInfo(describeCpu(), describeBackends()))
}

export function formatInfo(cpu: Cpu, backends: readonly BackendInfo[]): string {
  const features = cpu.features ?? ['not known on this platform']
  const lines = [
    `convforge  ${version}`,
    `node       ${process.version}, ${process.platform} ${process.arch} (${release()})`,
    `cpu        ${cpu.model}, ${cpu.threads} ${cpu.threads === 1 ? 'thread' : 'threads'}`,
    `features   ${features.join(' ') || 'none that convforge could use'}`,
    `memory     ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    'backends',
  ]
  const width = Math.max(0, ...backends.map(backend => backend.name.length))
  for (const { name, available, reason } of backends) {
    lines.push(`  ${name.padEnd(width)}  ${available ? 'available' : 'not available'}${reason ? `: ${reason}` : ''}`)
  }
  if (backends.length === 0) lines.push('  none')
  return `${lines.join('\n')}\n`
}
