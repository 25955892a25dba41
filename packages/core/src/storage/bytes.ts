import { HookloopError } from '../errors/hookloop-error.js'

/** Puts parts one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/**
 * Text as UTF-8, bytes as they are.
 * @throws `HL_STORAGE_WRITE` where it is neither
 */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content)
  // Bytes of another realm, of a test's sandbox for example, are bytes too.
  const kind = Object.prototype.toString.call(content).slice('[object '.length, -1)
  if (kind === 'Uint8Array') return content
  throw new HookloopError(
    'HL_STORAGE_WRITE',
    `A file takes text or a Uint8Array, but it was given ${kind}. Give text, or a Uint8Array over its buffer`,
  )
}
