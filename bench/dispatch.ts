/**
 * How long it takes to start work in machine code: `npx tsx bench/dispatch.ts`.
 *
 * Prints microseconds per run of programs whose kernels do nothing, from JavaScript and back: medians, and the 99th
 * percentile, which shows how the machine disturbs. Then the peak of fused multiply-adds of one core.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { setNumThreads } from '../src/backends/threads.js'
import { cpu, fmaPeak, installCode, Program, unavailable } from '../src/backends/x64/runtime/index.js'

const CHUNKS = 4

function percentile(times: number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2)
}

function report(what: string, times: number[]): void {
  console.log(
    `${what.padEnd(44)} median ${percentile(times, 0.5).padStart(8)} us   p99 ${percentile(times, 0.99).padStart(8)} us`,
  )
}

/** Times single runs, `before` each of which something may happen. */
async function measure(what: string, runs: number, run: () => void, before?: () => Promise<void>): Promise<void> {
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    await before?.()
    const start = process.hrtime.bigint()
    run()
    times.push(Number(process.hrtime.bigint() - start) / 1000)
  }
  report(what, times)
}

const refusal = unavailable()
if (refusal) {
  console.log(`machine code cannot run here: ${refusal}`)
} else {
  const code = installCode(new Uint8Array([0xc3]))
  const record = new BigInt64Array([BigInt(code.address), 0n, 0n, 0n, 0n, 0n, 0n, 0n])
  const phase = new BigInt64Array(8 * CHUNKS)
  for (let chunk = 0; chunk < CHUNKS; chunk++) phase.set(record, 8 * chunk)
  const one = new Program([record], { keep: [code] })
  const many = new Program([phase], { keep: [code] })
  const phases = new Program(Array(10).fill(phase), { keep: [code] })
  const operands = [new Float32Array(1000), new Float32Array(1000), new Float32Array(1000)]
  for (let i = 0; i < 20_000; i++) one.run(operands)

  await measure('the clock alone', 50_000, () => {})
  await measure('1 record', 50_000, () => one.run(operands))
  await measure(`${CHUNKS} records, serial`, 50_000, () => many.run(operands, false))
  await measure(
    `${CHUNKS} records, serial, after 20 ms`,
    100,
    () => many.run(operands, false),
    () => pause(20),
  )
  for (const threads of [2, 4]) {
    setNumThreads(threads)
    const name = `${CHUNKS} records, ${threads} threads`
    await measure(`${name}, at once`, 50_000, () => many.run(operands))
    await measure(`${name}, 10 phases`, 10_000, () => phases.run(operands))
    await measure(
      `${name}, after 20 ms`,
      100,
      () => many.run(operands),
      () => pause(20),
    )
    await measure(
      `${name}, after 1 s`,
      10,
      () => many.run(operands),
      () => pause(1000),
    )
  }

  console.log(`fused multiply-adds, one thread: AVX2 ${fmaPeak('avx2').toFixed(1)} GFLOP/s`)
  if (cpu().avx512) console.log(`fused multiply-adds, one thread: AVX-512 ${fmaPeak('avx512').toFixed(1)} GFLOP/s`)
}
