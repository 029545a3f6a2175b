import { describe, expect, it } from 'vitest'
import { createProgram } from '../../cli/program.js'

/** What a command line writes to standard output, and how it ends. */
async function run(...args: string[]) {
  let stdout = ''
  const program = createProgram()
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: text => {
        stdout += text
      },
    })
  }
  const error = (await program.parseAsync(args, { from: 'user' }).catch((reason: unknown) => reason)) as Error
  return { stdout, error }
}

describe('help', () => {
  it('is that of the command', async () => {
    const ofInfo = await run('help', 'info')
    expect(ofInfo.stdout).toMatch(/^Usage: convforge info /)
    expect(ofInfo.stdout).toBe((await run('info', '--help')).stdout)
    const general = await run('help')
    expect(general.stdout).toContain('  help [command]  ')
    expect(general.stdout).toBe((await run('--help')).stdout)
    for (const { error } of [ofInfo, general]) expect(error).toMatchObject({ exitCode: 0 })
  })

  it.each(['nope', 'upscal'])('of %s, which is no command, says so', async name => {
    const { stdout, error } = await run('help', name)
    expect(stdout).toBe('')
    expect(error).toMatchObject({ code: 'commander.unknownCommand' })
    expect(error.message).toContain(`unknown command '${name}'`)
    expect(error.message).toBe((await run(name)).error.message)
  })
})
