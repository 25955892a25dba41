import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkBlocks, javaScriptOf } from './checked-program.js'
import { codeBlocks } from './code-blocks.js'
import { documents, root } from './documents.js'

const blocks = documents().flatMap((path) => codeBlocks(root, path))
const typeScript = blocks.filter(({ language }) => language === 'ts')
const { modules, complaints } = checkBlocks(typeScript)
const folder = join(import.meta.dirname, '../blocks')

describe('code in documents', () => {
  let workDir: string
  const home = process.cwd()
  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    workDir = await mkdtemp(join(tmpdir(), 'docs-'))
    process.chdir(workDir)
  })
  afterAll(async () => {
    process.chdir(home)
    await rm(workDir, { recursive: true })
  })

  it('names its language as ts, bash, text and so on', () => {
    const known = ['ts', 'bash', 'text', 'json', 'yaml', 'html', 'diff', 'python']
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([])
  })

  it('has remarks that say why it is not run', () => {
    const remarks = blocks.map(({ remark }) => remark).filter((remark) => remark !== '')
    expect(remarks.filter((remark) => !/^only types: \w/.test(remark))).toEqual([])
  })

  it('fits the types of the packages', () => {
    expect(complaints).toEqual([])
  })

  for (const module of modules) {
    const { file, line, remark } = module.block
    if (remark.startsWith('only types: ')) continue
    it(`runs: ${file}:${line}`, async () => {
      const path = module.path.replace(/\.ts$/, '.mjs')
      await writeFile(path, javaScriptOf(module))
      await expect(import(/* @vite-ignore */ pathToFileURL(path).href)).resolves.toBeDefined()
    })
  }
})
