import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server of this machine. */
export interface Site {
  readonly url: string
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
}

/** Serves texts and bytes by path, such as `{ '/': '<!doctype html>…', '/page.js': '…' }`. */
export function serveFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<Site> {
  return listen(({ url = '/' }, response) => {
    const content = files[url]
    const type = types[url.split('.').at(-1) ?? ''] ?? 'text/html; charset=utf-8'
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content)
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
