import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import * as v from 'valibot'

const settingsSchema = v.strictObject({
  intraOpThreads: v.exactOptional(v.number()),
  interOpThreads: v.exactOptional(v.number()),
  oneDnn: v.exactOptional(v.boolean()),
  xla: v.exactOptional(v.boolean()),
})

const measurementSchema = v.object({
  /** When, ISO 8601. */
  time: v.string(),
  machine: v.string(),
  signature: v.string(),
  batch: v.string(),
  figures: v.array(
    v.object({ settings: settingsSchema, msPerStep: v.pipe(v.array(v.number()), v.readonly()) }),
  ),
  chosen: settingsSchema,
})
const linkSchema = v.object({ measurement: v.string() })

/** What was measured on this machine for one model, in one file that a person can read. */
export type Measurement = v.InferOutput<typeof measurementSchema>

/** What decides which measurement a program needs, and what a measurement is of. */
export type Key = Readonly<Record<string, unknown>>

/** Keeps measurements in the user's cache folder, and for each program which one is its own. */
export class SettingsStore {
  readonly #folder: string | undefined

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    const cache = cacheFolder(environment)
    this.#folder = cache === undefined ? undefined : join(cache, 'engine-settings')
  }

  find(key: Key): Promise<Measurement | undefined> {
    return this.#read(nameOf(key), measurementSchema)
  }

  async findOf(program: Key): Promise<Measurement | undefined> {
    const link = await this.#read(linkName(program), linkSchema)
    return link && this.#read(link.measurement, measurementSchema)
  }

  /** @returns the file; undefined where nothing can be kept */
  async keep(program: Key, key: Key, measurement: Measurement): Promise<string | undefined> {
    const file = await this.#write(nameOf(key), measurement)
    return (await this.#write(linkName(program), { program, measurement: nameOf(key) })) && file
  }

  async forget(program: Key): Promise<void> {
    if (this.#folder !== undefined) await rm(join(this.#folder, linkName(program)), { force: true })
  }

  async #read<Value>(name: string, schema: v.GenericSchema<unknown, Value>): Promise<Value | undefined> {
    if (this.#folder === undefined) return undefined
    try {
      return v.parse(schema, JSON.parse(await readFile(join(this.#folder, name), 'utf8')))
    } catch {
      // Not there, or damaged: it is measured anew.
      return undefined
    }
  }

  async #write(name: string, value: object): Promise<string | undefined> {
    if (this.#folder === undefined) return undefined
    const file = join(this.#folder, name)
    const beside = `${file}.${process.pid}`
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`)
      await rename(beside, file)
      return file
    } catch {
      return undefined
    }
  }
}

function nameOf(key: Key): string {
  return `${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32)}.json`
}

function linkName(program: Key): string {
  return `program-${nameOf(program)}`
}

/** As @hookloop/tfjs-node-setup finds it; undefined where there is none. */
function cacheFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const { HOOKLOOP_CACHE_DIR: own, XDG_CACHE_HOME: xdg } = environment
  if (own) return resolve(own)
  if (xdg && isAbsolute(xdg)) return join(xdg, 'hookloop')
  const home = environment.HOME || homeOfUser()
  return isAbsolute(home) ? join(home, '.cache', 'hookloop') : undefined
}

function homeOfUser(): string {
  try {
    return userInfo().homedir
  } catch {
    return ''
  }
}
