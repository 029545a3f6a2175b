/**
 * The program on a page in Chromium, with the threads of an isolated page.
 */
import type { Browser } from 'playwright'
import { isChromiumThere, openChromium } from '../../test/browser/chromium.js'
import { servePage } from './page.js'
import type { Answer, Request, Values } from './protocol.js'
import type { Channel } from './runtime.js'

/** Starts it; `null` where there is no Chromium. `CHROMIUM_PATH` names one. */
export async function startChromium(tensorflow: boolean): Promise<Channel | null> {
  if (!isChromiumThere()) return null
  const browser = await openChromium()
  const { url, close } = await servePage(tensorflow)
  const page = await browser.newPage()
  page.on('pageerror', error => process.stderr.write(`the page: ${error.message}\n`))
  await page.goto(url)
  await page.waitForFunction(() => 'ask' in globalThis)
  return {
    name: `Chromium ${browser.version()}`,
    async ask<R extends Request>(request: R, values: Values<R>) {
      const text = JSON.stringify([request, values])
      return (await page.evaluate(text => globalThis.ask(text), text)) as Answer<R>
    },
    processorMilliseconds: await processorClock(browser),
    stop: async () => {
      await browser.close()
      close()
    },
  }
}

/** The milliseconds of all processes of the browser. */
async function processorClock(browser: Browser): Promise<() => Promise<number>> {
  const session = await browser.newBrowserCDPSession()
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0)
  }
}
