import { beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../../../src/backends/x64/runtime/index.js'
import { bundleChild, type Outcome, runChild } from './child.js'

describe.skipIf(unavailable() !== null)('a process with a pool', () => {
  let script: string
  beforeAll(async () => {
    script = await bundleChild('ending')
  })

  const end = (way: string): Outcome => runChild(script, [way])

  test('ends by itself, with three threads besides the main one', () => {
    expect(end('natural')).toEqual({ status: 0, signal: null, stdout: '3', stderr: '' })
  })

  test('ends by process.exit, at once and with sleeping threads', () => {
    expect(end('exit')).toEqual({ status: 3, signal: null, stdout: '', stderr: '' })
    expect(end('parked')).toEqual({ status: 4, signal: null, stdout: '', stderr: '' })
  })

  test('ends by an error that nobody caught', () => {
    expect(end('throw')).toMatchObject({ status: 1, signal: null, stderr: expect.stringContaining('on purpose') })
  })

  test('uses no processor while idle', () => {
    const { status, stdout } = end('idle')
    expect(status).toBe(0)
    const [threads, milliseconds] = stdout.split(' ').map(Number) as [number, number]
    expect(threads).toBe(3)
    // one thread that spins would use 1500
    expect(milliseconds).toBeLessThan(500)
  })

  test('goes on when worker isolates end or are terminated: their threads end and their memory is given back', () => {
    const { status, signal, stdout, stderr } = end('workers')
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toEqual([
      'natural 0 true',
      'exit 3 true',
      'busy 1 true',
      'parked 1 true',
      'throw 1 true',
      // those of the main isolate's four threads
      'scratch blocks 4',
    ])
    expect({ status, signal }).toEqual({ status: 0, signal: null })
  })

  test('ends by process.exit while worker isolates run programs', () => {
    expect(end('exitWithWorkers')).toEqual({ status: 5, signal: null, stdout: '', stderr: '' })
  })

  test('runs programs in several isolates at the same time', () => {
    expect(end('together')).toEqual({ status: 0, signal: null, stdout: '0,0,0', stderr: '' })
  })
})
