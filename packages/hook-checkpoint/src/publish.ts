import { disposeTensors, encodeCheckpoint, type Runner, writeChunks } from '@hookloop/core'

/**
 * Writes a copy of a checkpoint that holds only the parts named, as `<stem>-<8 digits of its sha256>.safetensors`.
 * @returns its path
 */
export async function publishCheckpoint(
  runner: Runner,
  path: string,
  keys: readonly string[],
): Promise<string> {
  const checkpoint = await runner.loadCheckpoint(path)
  const owned = { ...checkpoint }
  try {
    const wanted = new Set(keys.map(camelCase))
    for (const part of Object.keys(checkpoint)) {
      if (!wanted.has(part)) Reflect.deleteProperty(checkpoint, part)
    }
    const chunks = await encodeCheckpoint(checkpoint)
    const [, stem = path, suffix = '.safetensors'] = /^(.*?)(\.[^./\\]+)?$/.exec(path) ?? []
    const target = `${stem}-${(await sha256(chunks)).slice(0, 8)}${suffix}`
    await writeChunks(runner.storage, target, chunks)
    return target
  } finally {
    disposeTensors(owned)
  }
}

async function sha256(chunks: readonly Uint8Array[]): Promise<string> {
  const bytes = new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer())
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
