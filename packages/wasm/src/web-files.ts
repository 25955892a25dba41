/** A page has no installed packages: its own folder, or that of the worker's script. */
export function defaultFolder(): string {
  return '.'
}

/** With everything that relative URLs hang on. */
export function addressOf(place: string | URL): string {
  return new URL(place, globalThis.document?.baseURI ?? location.href).href
}

export async function bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>> {
  // As the backend asks, so that its own request is answered from the browser's cache.
  const response = await fetch(address, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim())
  return new Uint8Array(await response.arrayBuffer())
}
