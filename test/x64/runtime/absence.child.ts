/**
 * Prints why machine code cannot run, in the circumstances that the parameter names; then what happens if it is asked to.
 */
import { createRequire } from 'node:module'
import { cpu, NativeBlock, unavailable } from '../../../src/backends/x64/runtime/index.js'

const circumstances: Record<string, () => void> = {
  here: () => {},
  windows: () => Object.defineProperty(process, 'platform', { value: 'win32' }),
  arm: () => Object.defineProperty(process, 'arch', { value: 'arm64' }),
  old: () => Object.defineProperty(process, 'getBuiltinModule', { value: undefined }),
  browser: () => Object.defineProperty(globalThis, 'process', { value: undefined }),
  // the kernel's own switch for a process: nothing becomes executable any more (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN)
  hardened: () => {
    const koffi = createRequire(import.meta.url)('koffi')
    const prctl = koffi.load(null).func('prctl', 'int', ['int', 'int64_t', 'int64_t', 'int64_t', 'int64_t'])
    if (prctl(65, 1, 0, 0, 0) !== 0) throw new Error('this kernel has no PR_SET_MDWE')
  },
}

const write = console.log.bind(console)
circumstances[process.argv[2]!]!()
write(unavailable())
for (const use of [cpu, () => new NativeBlock(1)])
  try {
    use()
    write('works')
  } catch (error) {
    write(String(error))
  }
