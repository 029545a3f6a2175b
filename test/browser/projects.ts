/**
 * Suites that run in Chromium: on a page that is cross-origin isolated, and so has shared memory, and on one that is not.
 *
 * @module
 */
import { playwright } from '@vitest/browser-playwright'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { LAUNCH } from './chromium.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the page was served with the headers that isolate it. */
    isolated: boolean
    /** `CONVFORGE_SEED`, if it is set. */
    seed: string | null
  }
}

const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

const project = (name: string, isolated: boolean): TestProjectInlineConfiguration => ({
  extends: true,
  server: { headers: isolated ? HEADERS : {} },
  test: {
    name,
    include: ['test/browser/**/*.browser.test.ts'],
    setupFiles: ['test/mirrors.setup.ts'],
    provide: { isolated, seed: process.env['CONVFORGE_SEED'] ?? null },
    globalSetup: ['test/browser/chromium.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: LAUNCH }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

export const BROWSER_PROJECTS = [project('isolated page', true), project('page', false)]
