/**
 * The browser of tests, screenshots and benchmarks: `CHROMIUM_PATH`, or the system's Chromium, or Playwright's own.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright'

const found = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(path => path && existsSync(path))

export const LAUNCH: LaunchOptions = {
  ...(found && { executablePath: found }),
  // without it Chromium does not run as root, as in a container
  args: ['--no-sandbox'],
}

const MISSING =
  'This runs in Chromium, which is not here. Install it ("apt-get install chromium", or ' +
  '"npx playwright install chromium"), or give its path in CHROMIUM_PATH.'

export const isChromiumThere = () => existsSync(found ?? chromium.executablePath())

/** Before the first test: without a browser nothing may pass. */
export function setup(): void {
  if (!isChromiumThere()) throw new Error(MISSING)
}

export async function openChromium(): Promise<Browser> {
  try {
    return await chromium.launch(LAUNCH)
  } catch (cause) {
    throw new Error(MISSING, { cause })
  }
}
