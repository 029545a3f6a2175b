/**
 * PyTorch: a Python process that lives as long as the benchmark, holds the same data, and times its calls when asked, so
 * that it can take its turn in every round. `pytorch.py` is the other side.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Tensor } from 'convforge'
import { safetensors } from 'convforge/interop'
import type { Contender } from '../contender.js'
import { PYTORCH } from '../names.js'

/** How tensors lie in memory; PyTorch is timed in both, and its better one counts. */
export const FORMATS = ['NCHW', 'channels_last'] as const

interface Greeting {
  readonly version: string
  readonly onednn: boolean
  readonly threads: number
  /** Milliseconds that `import torch` took. */
  readonly load: number
  /** The library that multiplies matrices, for layers that do not go to oneDNN. */
  readonly blas: string
}

export class PyTorch {
  private readonly answers: AsyncIterator<string>
  private readonly folder = mkdtempSync(join(tmpdir(), 'convforge-bench-'))
  greeting!: Greeting

  private constructor(private readonly child: ChildProcess) {
    this.answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    process.once('exit', this.stop)
  }

  /** Starts it; `null` where there is no Python with PyTorch. `CONVFORGE_PYTHON` names another Python. */
  static async start(threads: number): Promise<PyTorch | null> {
    const script = fileURLToPath(new URL('pytorch.py', import.meta.url))
    const python = process.env['CONVFORGE_PYTHON'] ?? '/usr/bin/python3'
    const child = spawn(python, ['-B', script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OMP_NUM_THREADS: String(threads) },
    })
    // its absence shows as the end of its answers
    child.on('error', () => {})
    child.stdin!.on('error', () => {})
    const pytorch = new PyTorch(child)
    try {
      pytorch.greeting = await pytorch.ask<Greeting>('hello', { threads })
      return pytorch
    } catch {
      pytorch.stop()
      return null
    }
  }

  /** Sends a request and waits for the answer. */
  async ask<Answer = object>(request: string, values: object = {}): Promise<Answer> {
    this.child.stdin!.write(`${JSON.stringify({ request, ...values })}\n`)
    const { value, done } = await this.answers.next()
    if (done) throw new Error('the Python process with PyTorch has ended')
    const answer = JSON.parse(value) as Answer & { error?: string }
    if (answer.error !== undefined) throw new Error(`PyTorch: ${answer.error}`)
    return answer
  }

  /** Hands over tensors with a request. */
  async hand<Answer = object>(request: string, values: object, tensors: Record<string, Tensor>): Promise<Answer> {
    const file = join(this.folder, 'operands')
    await safetensors.saveFile(tensors, file)
    return this.ask<Answer>(request, { ...values, file })
  }

  /** Hands over tensors with a request that prepares calls, and gives back the tensors that these compute. */
  async exchange(request: string, values: object, tensors: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    const result = join(this.folder, 'result')
    await this.hand(request, { ...values, result }, tensors)
    return safetensors.loadFile(result)
  }

  /** The calls that a request prepared, one contender for each memory format. */
  contenders(name: string): Contender[] {
    return FORMATS.map(format => ({
      name: `${PYTORCH} ${format}`,
      peer: PYTORCH,
      variant: format,
      time: async calls =>
        (await this.ask<{ times: number[] }>('clock', { name: `${name} ${format}`, ...calls })).times,
    }))
  }

  /** What a prepared training step gives, several times. */
  async losses(call: string, steps: number): Promise<number[]> {
    return (await this.ask<{ values: number[] }>('values', { name: call, count: steps })).values
  }

  /** Milliseconds of processor time that the process has used. */
  async processorMilliseconds(): Promise<number> {
    return (await this.ask<{ milliseconds: number }>('processor')).milliseconds
  }

  /** Ends the process and removes its files; happens by itself when this process exits. */
  readonly stop = (): void => {
    process.off('exit', this.stop)
    this.child.stdin?.end()
    this.child.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
