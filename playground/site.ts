/**
 * The built page on a local server, for tests and screenshots.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'

const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))

/** A page that is being served. */
export interface Site {
  /** With a slash at the end. */
  readonly url: string
  /** Where the built files are. */
  readonly folder: string
  /** Removes the folder, too. */
  close(): Promise<void>
}

/** Builds the page into a folder of its own, and serves it as `npm run playground` does. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'convforge-playground-'))
  const config = { configFile, logLevel: 'error', build: { outDir: folder } } as const
  await build(config)
  const server = await preview({ ...config, preview: { port: 0 } })
  return {
    url: server.resolvedUrls!.local[0]!,
    folder,
    async close() {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
