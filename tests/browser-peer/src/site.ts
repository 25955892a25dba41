import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server of this machine. */
export interface Site {
  readonly url: string
  close(): Promise<void>
}

/** Serves texts by path, such as `{ '/': '<!doctype html>…', '/page.js': '…' }`. */
export function serveFiles(files: Readonly<Record<string, string>>): Promise<Site> {
  return listen(({ url = '/' }, response) => {
    const text = files[url]
    const type = url.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(text)
  })
}

async function listen(answer: RequestListener): Promise<Site> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}
