/**
 * A folder served as a static host would.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

/** The headers with which a page is cross-origin isolated, so that threads can share memory. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export interface Site {
  /** Without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

export async function serveFolder(folder: string, headers: Readonly<Record<string, string>>): Promise<Site> {
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url!, 'http://localhost')
    const path = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname))
    const type = TYPES[extname(path)]
    // what is not a page or a script is not there: nobody may ask for it
    if (!type || !existsSync(path) || !statSync(path).isFile()) return response.writeHead(404).end()
    for (const [name, value] of Object.entries({ ...headers, 'Content-Type': type })) response.setHeader(name, value)
    return response.end(readFileSync(path))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
