import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun } from './run-command.js'

/** A project outside of the workspace with core and one hook, installed from what would be published. */
const root = fileURLToPath(new URL('../../..', import.meta.url))
const packed = ['safetensors', 'core', 'hook-checkpoint'] as const
const tensorflow = { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-core': '4.22.0' }
const pnpm = ['-y', 'pnpm@12.21.0'] as const

let folder: string
let tarballs: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consumer-'))
  tarballs = {}
  for (const name of packed) {
    const { stdout } = await mustRun('npx', [...pnpm, 'pack', '--json', '--pack-destination', folder], {
      cwd: join(root, 'packages', name),
    })
    const { filename }: { filename: string } = JSON.parse(stdout)
    tarballs[`@hookloop/${name}`] = `file:${join(folder, basename(filename))}`
  }
}, 240_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function makeProject(name: string): Promise<string> {
  const project = join(folder, name)
  await mkdir(project)
  await cp(new URL('../fixtures/consumer', import.meta.url), project, { recursive: true })
  const dependencies = { ...tarballs, ...tensorflow }
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name, private: true, type: 'module', dependencies }),
  )
  return project
}

async function installedPackagesOfOurs(project: string): Promise<string[]> {
  return (await readdir(join(project, 'node_modules', '@hookloop'))).sort()
}

async function expectTraining(project: string): Promise<void> {
  const { stdout } = await mustRun('node', ['train.mjs'], { cwd: project })
  expect(Number(/final weight (\S+)/.exec(stdout)?.[1])).toBeCloseTo(2, 2)
  const workDir = join(project, 'work_dir')
  expect(await readdir(workDir)).toContain('epoch_20.safetensors')
  expect(await readFile(join(workDir, 'last_checkpoint'), 'utf8')).toBe('epoch_20.safetensors')
}

async function expectTypes(project: string): Promise<void> {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  await mustRun('node', [tsc, '-p', 'tsconfig.json'], { cwd: project })
}

describe('core and one hook from packed tarballs', () => {
  it('install, train, type-check and can be required with npm', async () => {
    const project = await makeProject('with-npm')
    await mustRun('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: project })
    expect(await installedPackagesOfOurs(project)).toEqual(['core', 'hook-checkpoint', 'safetensors'])
    await expectTraining(project)
    await expectTypes(project)
    const { stdout, stderr } = await mustRun('node', ['required.cjs'], { cwd: project })
    expect(stdout).toContain('CheckpointHook is registered')
    expect(stderr).not.toContain('Warning')
  }, 300_000)

  it('install and train with pnpm', async () => {
    const project = await makeProject('with-pnpm')
    // The tarballs of a release refer to each other by version; no registry has these versions yet.
    const overrides = Object.entries(tarballs).map(([name, file]) => `  '${name}': '${file}'`)
    const settings = ['allowBuilds:', '  core-js: false', 'overrides:', ...overrides, '']
    await writeFile(join(project, 'pnpm-workspace.yaml'), settings.join('\n'))
    await mustRun('npx', [...pnpm, 'install'], { cwd: project })
    expect(await installedPackagesOfOurs(project)).toEqual(['core', 'hook-checkpoint', 'safetensors'])
    await expectTraining(project)
  }, 300_000)
})
