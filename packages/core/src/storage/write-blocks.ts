import { joinBytes } from './bytes.js'

/** Parts that are smaller are worth a copy: each write waits for the store and for its turn in the event loop. */
const small = 2 ** 20

/** The bytes of `chunks` in fewer parts: neighbours are joined as long as they are small together, large ones stay themselves. */
export function* inBlocks(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  let waiting: Uint8Array[] = []
  let size = 0
  for (const chunk of chunks) {
    if (size + chunk.byteLength > small && waiting.length > 0) {
      yield joined(waiting)
      waiting = []
      size = 0
    }
    waiting.push(chunk)
    size += chunk.byteLength
  }
  if (waiting.length > 0) yield joined(waiting)
}

function joined(chunks: Uint8Array[]): Uint8Array {
  const [only, ...others] = chunks
  return only !== undefined && others.length === 0 ? only : joinBytes(chunks)
}
