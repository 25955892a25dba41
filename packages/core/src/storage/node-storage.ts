import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { HookloopError } from '../errors/hookloop-error.js'
import { bytesOf } from './bytes.js'
import { checkFilePath } from './file-path.js'
import { guardFile, type UnguardedFile } from './guard-file.js'
import { claimFileName, claimFolder } from './node-claim.js'
import { makeFolders } from './node-folders.js'
import { isTemporary, sweepTemporaryFiles, temporaryPathOf } from './node-temporary-files.js'
import type { Claim, PendingFile, Storage } from './storage.js'

/** Files of the machine that Node runs on. */
export class NodeStorage implements Storage {
  readonly #appends = new Map<string, Promise<void>>()

  async create(path: string): Promise<PendingFile> {
    try {
      checkFilePath(path)
      await checkPlace(path)
      return guardFile(path, await inFolder(path, () => NodePendingFile.open(path)))
    } catch (error) {
      throw writeError(path, error)
    }
  }

  async read(path: string): Promise<Uint8Array> {
    try {
      return await fs.readFile(path)
    } catch (error) {
      throw new HookloopError(
        'HL_STORAGE_READ',
        `${path} cannot be read: ${reason(error)}. Name a file that is there and may be read`,
        { cause: error },
      )
    }
  }

  async exists(path: string): Promise<boolean> {
    return fs.access(path).then(
      () => true,
      () => false,
    )
  }

  async remove(path: string): Promise<void> {
    try {
      const entry = await fs.lstat(path)
      await (entry.isDirectory() ? fs.rmdir(path) : fs.unlink(path))
    } catch (error) {
      if (!isAbsence(error)) throw writeError(path, error)
    }
  }

  async list(folder: string): Promise<string[]> {
    const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries.filter((entry) => entry.isFile() && !isOwn(entry.name)).map((entry) => entry.name)
  }

  async makeFolder(path: string): Promise<void> {
    try {
      await makeFolders(path)
      await fs.access(path, constants.W_OK)
    } catch (error) {
      throw writeError(path, error)
    }
  }

  async claim(folder: string): Promise<Claim> {
    try {
      return await claimFolder(folder)
    } catch (error) {
      throw writeError(folder, error)
    }
  }

  async append(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(content)
    const place = resolve(path)
    const before = this.#appends.get(place) ?? Promise.resolve()
    const appended = before.catch(() => undefined).then(() => appendBytes(path, bytes))
    this.#appends.set(place, appended)
    await appended
  }

  join(...parts: string[]): string {
    return join(...parts)
  }

  absolute(path: string): string {
    return resolve(path)
  }
}

/** Written under a temporary name, flushed, renamed; then the folder is flushed, so that the name survives too. */
class NodePendingFile implements UnguardedFile {
  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly file: fs.FileHandle,
  ) {}

  static async open(path: string): Promise<NodePendingFile> {
    const temporary = temporaryPathOf(path)
    await sweepTemporaryFiles(dirname(path))
    return new NodePendingFile(path, temporary, await fs.open(temporary, 'wx'))
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      // `write` may take only a part of a large buffer; `writeFile` on a handle would cut it into small ones.
      for (let done = 0; done < bytes.byteLength; ) done += (await this.file.write(bytes, done)).bytesWritten
    } catch (error) {
      throw writeError(this.path, error)
    }
  }

  async commit(): Promise<void> {
    try {
      await this.file.sync()
      await this.file.close()
      await fs.rename(this.temporary, this.path)
      await flushFolder(dirname(this.path))
    } catch (error) {
      await this.abort()
      throw writeError(this.path, error)
    }
  }

  async abort(): Promise<void> {
    await this.file.close().catch(() => undefined)
    await fs.rm(this.temporary, { force: true }).catch(() => undefined)
  }
}

/** What the store keeps for itself. */
function isOwn(name: string): boolean {
  return name === claimFileName || isTemporary(name)
}

/** Tells before anything is written what would fail at the end. @throws where a folder is, or no file can be */
async function checkPlace(path: string): Promise<void> {
  const entry = await fs.lstat(path).catch((error: unknown) => {
    if (!isAbsence(error)) throw error
  })
  if (entry?.isDirectory()) throw new Error('it is a folder')
}

/** Does what makes a file; its folder is looked after only where that is in the way. */
async function inFolder<Result>(path: string, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make()
  } catch (error) {
    if (!isAbsence(error)) throw error
    await makeFolders(dirname(path))
    return make()
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows cannot open folders; its file systems order the rename themselves.
  const folder = await fs.open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

async function appendBytes(path: string, bytes: Uint8Array): Promise<void> {
  try {
    checkFilePath(path)
    await inFolder(path, () => fs.appendFile(path, bytes))
  } catch (error) {
    throw writeError(path, error)
  }
}

/** Nothing is there, or a file where a folder on the way to it should be. */
function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function writeError(path: string, error: unknown): HookloopError {
  if (error instanceof HookloopError) return error
  return new HookloopError(
    'HL_STORAGE_WRITE',
    `${path} cannot be written: ${reason(error)}. Choose another workDir, or give this one the rights and the space that it needs`,
    { cause: error },
  )
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
