import { createHash } from 'node:crypto'
import { constants } from 'node:os'
import { NodeDataWorkers } from '../data/node-data-workers.js'
import { formatMonthDayTime, type LogSink } from '../logging/logger.js'
import { NodeStorage } from '../storage/node-storage.js'
import { measureSettings } from '../tuning/node-measure-settings.js'
import { trial } from '../tuning/node-trial.js'
import { applySettings, nativeThreads, settingsInForce } from './node-engine-settings.js'
import { loadTfjsNode, loadWasm, mendTfjsNode } from './node-engines.js'
import { surroundings } from './node-surroundings.js'
import type { Platform } from './platform.js'

export const platform: Platform = {
  defaultStorage: () => new NodeStorage(),
  consoleSink: (name) => new StdoutSink(name),
  onInterrupt,
  startDataWorkers: (setup) => new NodeDataWorkers(setup),
  yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  loadTfjsNode,
  mendTfjsNode,
  nativeThreads,
  nativeSettings: settingsInForce,
  applySettings,
  measureSettings,
  trial,
  loadWasm,
  surroundings,
  async sha256(parts) {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  },
}

class StdoutSink implements LogSink {
  constructor(private readonly name: string) {}

  write(message: string, level: string, time: Date): void {
    process.stdout.write(`${formatMonthDayTime(time)} - ${this.name} - ${level} - ${message}\n`)
  }
}

// SIGHUP: the terminal was closed, or its connection broke.
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function onInterrupt(callback: (signal: string) => void): () => void {
  let isAsked = false
  const listen = (signal: NodeJS.Signals) => {
    // The first signal is a request; whoever asks again does not want to wait.
    if (isAsked) process.exit(128 + constants.signals[signal])
    isAsked = true
    callback(signal)
  }
  for (const signal of interrupts) process.on(signal, listen)
  return () => {
    for (const signal of interrupts) process.off(signal, listen)
  }
}
