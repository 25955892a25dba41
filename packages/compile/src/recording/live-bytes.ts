/** Memory that one or several tensors share. */
interface Buffer {
  readonly bytes: number
  owners: number
}

/** Notes when tensors come and go, to tell how many bytes were there at once. */
export class LiveBytes {
  readonly #buffers = new Map<number, Buffer>()
  readonly #changes: { readonly buffer: Buffer; readonly bytes: number }[] = []

  /** A tensor with memory of its own was made. */
  add(id: number, bytes: number): void {
    const buffer = { bytes, owners: 1 }
    this.#buffers.set(id, buffer)
    this.#changes.push({ buffer, bytes })
  }

  /** A tensor was made that lies where another one does. */
  share(id: number, other: number): void {
    const buffer = this.#buffers.get(other)
    if (buffer === undefined) return
    buffer.owners += 1
    this.#buffers.set(id, buffer)
  }

  remove(id: number): void {
    const buffer = this.#buffers.get(id)
    if (buffer === undefined) return
    this.#buffers.delete(id)
    buffer.owners -= 1
    if (buffer.owners === 0) this.#changes.push({ buffer, bytes: -buffer.bytes })
  }

  /** @param replacing tensors that are left out, because they take the places of others */
  peak(replacing: readonly number[] = []): number {
    const left = new Set(replacing.map((id) => this.#buffers.get(id)))
    let [now, most] = [0, 0]
    for (const { buffer, bytes } of this.#changes) {
      if (left.has(buffer)) continue
      now += bytes
      most = Math.max(most, now)
    }
    return most
  }
}
