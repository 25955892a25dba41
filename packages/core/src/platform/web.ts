import { formatMonthDayTime, type LogSink } from '../logging/logger.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import type { Platform } from './platform.js'

export const platform: Platform = {
  defaultStorage: () => new MemoryStorage(),
  consoleSink: (name) => new ConsoleSink(name),
  onInterrupt: () => () => undefined,
  startDataWorkers: () => undefined,
  yieldToEventLoop: () => new Promise((resolve) => setTimeout(resolve)),
  async loadTfjsNode() {
    return { reason: 'runs only on Node' }
  },
  mendTfjsNode: () => undefined,
  nativeThreads: () => undefined,
  nativeSettings: () => ({}),
  applySettings: () => undefined,
  async measureSettings() {
    return { settings: {} }
  },
  trial: undefined,
  async loadWasm() {
    return { reason: "is loaded by a page itself: import '@hookloop/wasm'" }
  },
  async surroundings() {
    return { system: globalThis.navigator?.userAgent ?? 'unknown' }
  },
  async sha256(parts) {
    const bytes = new Uint8Array(await new Blob([...parts].map((part) => new Uint8Array(part))).arrayBuffer())
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  },
}

class ConsoleSink implements LogSink {
  constructor(private readonly name: string) {}

  write(message: string, level: string, time: Date): void {
    console.log(`${formatMonthDayTime(time)} - ${this.name} - ${level} - ${message}`)
  }
}
