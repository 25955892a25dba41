import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readArguments } from './arguments.js'
import { type CreatedHook, createHook } from './create-hook.js'
import { runCommand } from './run-command.js'

const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'create-hook-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function create(text: string, userAgent?: string): Promise<CreatedHook> {
  const request = readArguments([...text.split(' '), '--no-install'])
  if (typeof request === 'string') throw new Error(`asks for ${request}`)
  return createHook(request, { cwd: folder, userAgent, onProgress: () => undefined })
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter(
      (entry) => entry.isFile() && !entry.parentPath.includes('.git/') && !entry.parentPath.endsWith('.git'),
    )
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}

describe('a new hook', () => {
  it('has everything that a package needs, under its own name', async () => {
    const { directory, packageName, className } = await create('my-hook --scope me')
    expect([packageName, className]).toEqual(['@me/my-hook', 'MyHook'])
    expect(await filesIn(directory)).toEqual([
      '.changeset/config.json',
      '.github/workflows/ci.yml',
      '.gitignore',
      'LICENSE',
      'README.md',
      'biome.json',
      'package.json',
      'scripts/package-info.mjs',
      'src/hook.test.ts',
      'src/hook.ts',
      'src/index.ts',
      'src/options.ts',
      'src/package-info.ts',
      'tsconfig.build.json',
      'tsconfig.json',
    ])
    for (const path of await filesIn(directory))
      expect(await readFile(join(directory, path), 'utf8'), path).not.toMatch(/template|\{\{[a-z]/i)
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({
      name: '@me/my-hook',
      license: 'MIT',
      hookloop: { hooks: ['MyHook'] },
      dependencies: { valibot: expect.any(String) },
    })
    expect(manifest.keywords).toContain('hookloop-hook')
    expect(Object.values({ ...manifest.dependencies, ...manifest.devDependencies })).not.toContain('*')
    expect(await readFile(join(directory, 'src/package-info.ts'), 'utf8')).toContain("name: '@me/my-hook'")
  })

  // The order of imports and the breaks of lines must not hang on the name.
  it.each(['a', 'zz-top', '@me/gradient-statistics', 'learning-rate-range-of-tests'])(
    'passes its own lint as %s',
    async (name) => {
      const { directory } = await create(name)
      const { code, output } = await runCommand(biome, ['check', '.'], directory)
      expect(code, output).toBe(0)
    },
  )

  it('says whose licence it is, and which', async () => {
    const { directory } = await create('my-hook --license isc')
    const text = await readFile(join(directory, 'LICENSE'), 'utf8')
    expect(text).toMatch(new RegExp(`^ISC License\n\nCopyright \\(c\\) ${new Date().getFullYear()} \\S`))
  })

  it('is a git repository of its own, unless it lies in one or is told not to', async () => {
    const { directory } = await create('one-hook')
    expect(await readdir(directory)).toContain('.git')
    const inside = await create('two-hook --dir one-hook/two')
    expect(await readdir(inside.directory)).not.toContain('.git')
    const without = await create('three-hook --no-git')
    expect(await readdir(without.directory)).not.toContain('.git')
  })

  it('installs with the package manager that started it', async () => {
    const { directory } = await create('my-hook', 'pnpm/12.21.0 npm/? node/v20.20.2 linux x64')
    expect(await readFile(join(directory, 'pnpm-workspace.yaml'), 'utf8')).toContain('core-js: false')
    const workflow = await readFile(join(directory, '.github/workflows/ci.yml'), 'utf8')
    expect(workflow).toContain('run: npx -y pnpm@12.21.0 install --frozen-lockfile')
  })
})

describe('a folder that is there', () => {
  it('is left alone when something lies in it', async () => {
    await mkdir(join(folder, 'my-hook'))
    await writeFile(join(folder, 'my-hook', 'thesis.txt'), 'years of work')
    await expect(create('my-hook')).rejects.toThrow(
      /my-hook is there already, with thesis\.txt; nothing was changed.*HL_CREATE_FOLDER/,
    )
    expect(await readdir(join(folder, 'my-hook'))).toEqual(['thesis.txt'])
  })

  it('is refused when it is a file', async () => {
    await writeFile(join(folder, 'my-hook'), 'a file')
    await expect(create('my-hook')).rejects.toThrow(/cannot be used.*HL_CREATE_FOLDER/)
  })

  it('is used when it is empty or holds a fresh repository', async () => {
    await mkdir(join(folder, 'clone', '.git'), { recursive: true })
    await create('my-hook --dir clone')
    expect(await readdir(join(folder, 'clone'))).toContain('package.json')
  })
})

describe('the program', () => {
  const program = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
  const runProgram = (...args: string[]) => runCommand(process.execPath, [program, ...args], folder)

  it('tells what to do next', async () => {
    const { code, output } = await runProgram('my-hook', '--no-install', '--no-git')
    expect(code).toBe(0)
    expect(output).toContain('my-hook is made, with the hook MyHook in src/hook.ts')
    expect(output).toMatch(/cd my-hook\n\s+npm install\n\s+npm run check/)
  })

  it('tells mistakes in one line, without a stack', async () => {
    const { code, output } = await runProgram('My Hook')
    expect(code).toBe(1)
    expect(output).toMatch(/^create-hook: 'My Hook' is no name for a hook package: .*\(HL_CREATE_NAME\)\n$/)
  })

  // Outside of our workspace nobody knows what `workspace:*` means, which fails as well as a missing network does.
  it('keeps the files when they cannot be installed, and says how to go on', async () => {
    const { code, output } = await runProgram('my-hook', '--no-git')
    expect(code).toBe(1)
    expect(output).toMatch(/the files are in .*my-hook, but p?npm install failed:\n.+/)
    expect(output).toMatch(/When that is mended: cd my-hook && p?npm install \(HL_CREATE_INSTALL\)\n$/)
    expect(await readdir(join(folder, 'my-hook'))).toContain('package.json')
  })
})
