import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeStorage } from './node-storage.js'
import { writeFile as writeWhole } from './storage.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('NodeStorage', () => {
  const storage = new NodeStorage()

  it('shows a file only once it is committed', async () => {
    const path = join(folder, 'deep', 'file')
    const file = await storage.create(path)
    await file.write(Uint8Array.of(1, 2))
    expect(await storage.exists(path)).toBe(false)
    await file.write(Uint8Array.of(3))
    await file.commit()
    expect([...(await storage.read(path))]).toEqual([1, 2, 3])
    expect(await readdir(join(folder, 'deep'))).toEqual(['file'])
  })

  it('leaves the old file when a write is given up', async () => {
    const path = join(folder, 'file')
    await writeWhole(storage, path, 'old')
    const file = await storage.create(path)
    await file.write(Uint8Array.of(1))
    await file.abort()
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['file'])
  })

  it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
    await expect(storage.makeFolder('/proc/nowhere/deep')).rejects.toThrow(
      /cannot be written.*HL_STORAGE_WRITE/,
    )
    await writeWhole(storage, join(folder, 'file'), 'a file')
    await expect(storage.makeFolder(join(folder, 'file', 'below'))).rejects.toThrow(/HL_STORAGE_WRITE/)
    await expect(storage.makeFolder(join(folder, 'file'))).rejects.toThrow(/HL_STORAGE_WRITE/)
  })

  it('leaves the old or the new file when the process is killed while it writes', async () => {
    const path = join(folder, 'file')
    const dist = new URL('../../dist/storage/node-storage.js', import.meta.url).href
    const program = `
      const { NodeStorage } = await import('${dist}')
      const storage = new NodeStorage()
      for (let round = 0; ; round++) {
        const file = await storage.create(${JSON.stringify(path)})
        for (let part = 0; part < 20; part++) await file.write(new Uint8Array(100_000).fill(round % 250 + 1))
        await file.commit()
        if (round === 0) console.log('ready')
      }`
    for (let kill = 0; kill < 4; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await new Promise((resolve) => child.stdout.once('data', resolve))
      for (let turn = 0; turn < 5 * kill; turn++) await new Promise((resolve) => setImmediate(resolve))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      const bytes = await readFile(path)
      expect(bytes.length).toBe(2_000_000)
      expect(new Set(bytes).size).toBe(1)
    }
  })

  it.runIf(process.platform === 'linux')('removes what killed processes left, and nothing else', async () => {
    const dist = new URL('../../dist/storage/node-storage.js', import.meta.url).href
    const path = join(folder, 'file')
    const half = `
      const { NodeStorage } = await import('${dist}')
      const file = await new NodeStorage().create(${JSON.stringify(path)})
      await file.write(new Uint8Array(1000))
      console.log('ready')
      setInterval(() => undefined, 1000)`
    const children = [half, half].map((program) =>
      spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const [killed, living] = children
    await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))))
    killed?.kill('SIGKILL')
    await new Promise((resolve) => killed?.once('close', resolve))
    await writeFile(join(folder, '.mine.tmp'), '')
    await writeFile(join(folder, `.hookloop.another-host~${killed?.pid}~0123456789ab.tmp`), '')
    try {
      await writeWhole(storage, path, 'whole')
      const left = await readdir(folder)
      expect(left.filter((name) => name.includes(`~${killed?.pid}~`))).toEqual([
        `.hookloop.another-host~${killed?.pid}~0123456789ab.tmp`,
      ])
      expect(left.filter((name) => name.includes(`~${living?.pid}~`))).toHaveLength(1)
      expect(left).toContain('.mine.tmp')
    } finally {
      living?.kill('SIGKILL')
    }
  })

  it('keeps the order of what is appended', async () => {
    const path = join(folder, 'log')
    await Promise.all(Array.from({ length: 50 }, (_, index) => storage.append(path, `${index}\n`)))
    expect(await readFile(path, 'utf8')).toBe(Array.from({ length: 50 }, (_, index) => `${index}\n`).join(''))
  })

  it('says what cannot be read or written, and what to do', async () => {
    await expect(storage.read(join(folder, 'none'))).rejects.toThrow(/none cannot be read.*HL_STORAGE_READ/)
    await writeFile(join(folder, 'plain'), '')
    await expect(storage.makeFolder(join(folder, 'plain', 'sub'))).rejects.toThrow(
      /cannot be written.*another workDir.*HL_STORAGE_WRITE/,
    )
  })
})
