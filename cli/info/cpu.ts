import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

export interface Cpu {
  model: string
  threads: number
  /** The instruction sets that matter to convolutions; undefined where the system does not tell. */
  features?: string[]
}

const WORTH_SHOWING =
  /^(sse4_[12]|avx|avx2|fma|f16c|avx_vnni|avx512(f|dq|bw|vl|_vnni|_bf16|_fp16)|amx_(tile|bf16|int8|fp16)|asimd(hp|dp)?|fphp|bf16|i8mm|sve2?)$/

export function describeCpu(): Cpu {
  const all = cpus()
  return { model: all[0]?.model.trim() || 'unknown', threads: all.length, features: linuxFeatures() }
}

function linuxFeatures(): string[] | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return parseCpuinfo(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return undefined
  }
}

/** x86 calls the line "flags", ARM "Features". */
export function parseCpuinfo(text: string): string[] | undefined {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(text)
  return line?.[1]
    .trim()
    .split(/\s+/)
    .filter(flag => WORTH_SHOWING.test(flag))
}
