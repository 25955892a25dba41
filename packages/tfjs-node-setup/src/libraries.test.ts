import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { needBuildTools } from '../test/support/build-tools.js'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { makeTinyWheel, offline, type TinyWheel, wantedMembers } from '../test/support/tiny-wheel.js'
import type { SetUpContext } from './context.js'
import { fetchLibraries, hasLibraries, librariesOf } from './libraries.js'
import type { SetupProgress } from './progress.js'
import { thisMachine } from './wheel.js'

function contextOf(dir: string, { wheel, env }: TinyWheel): SetUpContext & { events: SetupProgress[] } {
  const events: SetupProgress[] = []
  return {
    env,
    machine: thisMachine(),
    wheels: [wheel],
    freeBytes: async () => Number.POSITIVE_INFINITY,
    cacheRoot: dir,
    onProgress: (event) => void events.push(event),
    events,
  }
}

beforeEach(needBuildTools)

it('fetches a wheel with pip and unpacks what is needed of it', async () => {
  const dir = await temporaryDir()
  const tiny = await makeTinyWheel(dir)
  const context = contextOf(join(dir, 'cache'), tiny)
  expect(await fetchLibraries(tiny.wheel, 'python3', context)).toBe(true)

  const [entry = ''] = await readdir(context.cacheRoot)
  expect(entry).toBe(`tensorflow-cpu-2.16.2-${tiny.wheel.sha256.slice(0, 16)}`)
  const files = await readdir(join(context.cacheRoot, entry), { recursive: true, withFileTypes: true })
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(join(context.cacheRoot, entry).length + 1))
  expect(paths.sort()).toEqual(['manifest.json', ...wantedMembers].sort())
  const { tensorflowLibrary } = librariesOf(tiny.wheel, context.cacheRoot)
  expect(await readFile(tensorflowLibrary, 'utf8')).toBe('tensorflow/libtensorflow_cc.so.2'.repeat(1000))

  expect([...new Set(context.events.map(({ step }) => step))]).toEqual(['download', 'verify', 'unpack'])
  for (const step of ['download', 'unpack']) {
    const last = context.events.findLast((event) => event.step === step)
    expect(last?.bytesDone).toBe(last?.bytesTotal)
  }
})

it('repairs a damaged library', async () => {
  const dir = await temporaryDir()
  const tiny = await makeTinyWheel(dir)
  const context = contextOf(join(dir, 'cache'), tiny)
  await fetchLibraries(tiny.wheel, 'python3', context)
  const { frameworkLibrary } = librariesOf(tiny.wheel, context.cacheRoot)
  await truncate(frameworkLibrary, 10)
  expect(await hasLibraries(tiny.wheel, context.cacheRoot, false)).toBe(false)
  expect(await fetchLibraries(tiny.wheel, 'python3', context)).toBe(true)
  expect(await readFile(frameworkLibrary, 'utf8')).toHaveLength(
    1000 * 'tensorflow/libtensorflow_framework.so.2'.length,
  )
})

it('refuses a wheel with another hash and keeps nothing of it', async () => {
  const dir = await temporaryDir()
  const tiny = await makeTinyWheel(dir)
  const context = contextOf(join(dir, 'cache'), tiny)
  const expected = { ...tiny.wheel, sha256: 'ab'.repeat(32) }
  const fetching = fetchLibraries(expected, 'python3', context)
  await expect(fetching).rejects.toMatchObject({ code: 'HL_SETUP_WRONG_HASH' })
  await expect(fetching).rejects.toThrow(`sha256 ${tiny.wheel.sha256} (${tiny.wheel.bytes} bytes)`)
  expect(await readdir(context.cacheRoot)).toEqual([])
})

it('reports what pip says when it finds no wheel', async () => {
  const dir = await temporaryDir()
  const tiny = await makeTinyWheel(dir)
  const context = { ...contextOf(join(dir, 'cache'), tiny), env: offline(dir) }
  const fetching = fetchLibraries(tiny.wheel, 'python3', context)
  await expect(fetching).rejects.toMatchObject({ code: 'HL_SETUP_DOWNLOAD' })
  await expect(fetching).rejects.toThrow('No matching distribution found for tensorflow-cpu==2.16.2')
  expect(await readdir(context.cacheRoot)).toEqual([])
})

it('names what a wheel lacks', async () => {
  const dir = await temporaryDir()
  const members = wantedMembers.filter((member) => !member.includes('framework'))
  const tiny = await makeTinyWheel(dir, members)
  const fetching = fetchLibraries(tiny.wheel, 'python3', contextOf(join(dir, 'cache'), tiny))
  await expect(fetching).rejects.toMatchObject({ code: 'HL_SETUP_UNPACK' })
  await expect(fetching).rejects.toThrow('not in the wheel: tensorflow/libtensorflow_framework.so.2')
})

it('obeys pip settings that ask for a virtual environment only for installs', async () => {
  const dir = await temporaryDir()
  const tiny = await makeTinyWheel(dir)
  const context = contextOf(join(dir, 'cache'), tiny)
  await writeFile(join(dir, 'pip.conf'), '[global]\nrequire-virtualenv = true\n')
  const env = { ...context.env, PIP_CONFIG_FILE: join(dir, 'pip.conf') }
  expect(await fetchLibraries(tiny.wheel, 'python3', { ...context, env })).toBe(true)
})
