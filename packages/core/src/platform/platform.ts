import type { DataWorkers, DataWorkersSetup } from '../data/data-workers.js'
import type { EngineConfig, EngineSettings } from '../engine/engine-settings.js'
import type { LogSink } from '../logging/logger.js'
import type { Storage } from '../storage/storage.js'
import type { MeasuredSettings, Trial } from '../tuning/measured-settings.js'

/** What differs between Node and a page; chosen by the export condition `node` of `#platform`. */
export interface Platform {
  /** Where checkpoints and logs go when nobody says otherwise. */
  defaultStorage(): Storage
  /** Writes log lines where a person sees them. */
  consoleSink(name: string): LogSink
  /**
   * Calls back when the process is asked to end; a second time ends it at once.
   * @returns a function that stops listening
   */
  onInterrupt(callback: (signal: string) => void): () => void
  /** Starts threads that load data; undefined where there are none. */
  startDataWorkers(setup: DataWorkersSetup): DataWorkers | undefined
  /** Lets timers, signals and input have their turn. */
  yieldToEventLoop(): Promise<void>
  /** Loads tfjs-node. @returns what went wrong, or undefined when its backend is registered */
  loadTfjsNode(): Promise<EngineFailure | undefined>
  /** Gives a tfjs-node that somebody else loaded what it needs on new versions of Node. */
  mendTfjsNode(): void
  /** The threads of native TensorFlow, where it can run. */
  nativeThreads(): number | undefined
  /** What native TensorFlow computes with, or would if it were loaded now. */
  nativeSettings(): EngineSettings
  /** Sets what native TensorFlow takes over when it is loaded. @returns what the user should hear of it */
  applySettings(settings: EngineSettings): string | undefined
  /** Finds the settings that this program trains fastest with. @param say tells that it takes a while */
  measureSettings(config: EngineConfig, say: (line: string) => void): Promise<MeasuredSettings>
  /** Of a process that runs the program to measure it for another process. */
  readonly trial: Trial | undefined
  /** Loads `@hookloop/wasm`. @returns what went wrong, or undefined when its backend is registered */
  loadWasm(): Promise<EngineFailure | undefined>
  /** Facts about the machine and the program, and about its sources where they can be found out. */
  surroundings(): Promise<Surroundings>
  /** SHA-256 of the parts one after another, as hexadecimal digits. */
  sha256(parts: Iterable<Uint8Array>): Promise<string>
}

/** Why an engine cannot be used. */
export interface EngineFailure {
  /** What is to be said of its package, such as `is not installed`. */
  readonly reason: string
  /** The package is there, but its native library is not. */
  readonly lacksLibrary?: boolean
}

/** Where a run took place. */
export interface Surroundings {
  /** Such as `Node v20.20.2, linux x64, 8 processors`. */
  readonly system: string
  readonly git?: GitState
}

/** What git knows of the folder that a program was started in. */
export interface GitState {
  readonly commit: string
  /** Undefined where the commit itself is checked out. */
  readonly branch?: string
  /** Files that git knows differ from the commit. */
  readonly isDirty: boolean
}
