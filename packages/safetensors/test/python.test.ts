import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPythonEnvironment, type PythonEnvironment } from '@hookloop-tests/python-environment'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { decode, encodeToBytes, fromTypedArray, type SafetensorsFile, toTypedArray } from '../src/index.js'
import { arbitraryFile } from './arbitrary-file.js'
import { PythonPeer } from './python-peer.js'
import { entry, rawFile } from './raw-file.js'
import { thrownCode } from './thrown-code.js'

let environment: PythonEnvironment = { reason: 'not looked for' }
let folder = ''

beforeAll(async () => {
  environment = await findPythonEnvironment()
  if ('reason' in environment) console.warn(`Skipped: ${environment.reason}`)
  folder = await mkdtemp(join(tmpdir(), 'hookloop-safetensors-'))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

function requirePeer({ skip }: TestContext): PythonPeer {
  if ('reason' in environment) return skip(environment.reason)
  return new PythonPeer(environment.python)
}

async function folderWith(name: string, files: readonly Uint8Array[]): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  await Promise.all(files.map((bytes, index) => writeFile(join(path, String(index)), bytes)))
  return path
}

/** Our reading in the form of Python's. */
function describeFile({ tensors, metadata }: SafetensorsFile) {
  const entries = [...tensors].map(([name, { dtype, shape, bytes }]) => {
    return [name, { dtype, shape, hex: Buffer.from(bytes).toString('hex') }] as const
  })
  return { tensors: Object.fromEntries(entries), metadata: { ...metadata } }
}

describe('the Python package', () => {
  it('reads what we write', async (context) => {
    const python = requirePeer(context)
    const files = fc.sample(arbitraryFile, { numRuns: 200, seed: 1 })
    const verdicts = python.read(await folderWith('ours', files.map(encodeToBytes)))
    for (const [index, file] of files.entries()) expect(verdicts[index]).toEqual(describeFile(file))
  })

  it('writes what we read, byte for byte as we would', async (context) => {
    const python = requirePeer(context)
    const path = await folderWith('theirs', [])
    const verdicts = Object.entries(python.write(path))
    expect(verdicts).toHaveLength(42)
    for (const [name, verdict] of verdicts) {
      const bytes = new Uint8Array(await readFile(join(path, name)))
      expect(describeFile(decode(bytes))).toEqual(verdict)
      expect(Buffer.from(encodeToBytes(decode(bytes))).equals(bytes)).toBe(true)
    }
  })

  it('accepts every damaged file that we accept', async (context) => {
    const python = requirePeer(context)
    const damaged = fc
      .tuple(arbitraryFile, fc.nat(), fc.constantFrom(...Buffer.from('{}[]",:019 \\-.e\u0000')))
      .map(([file, position, byte]) => {
        const bytes = encodeToBytes(file)
        bytes[8 + (position % (bytes.byteLength - 8))] = byte
        return bytes
      })
    const files = fc.sample(damaged, { numRuns: 2000, seed: 2 })
    const verdicts = python.read(await folderWith('damaged', files))
    let accepted = 0
    for (const [index, bytes] of files.entries()) {
      if (thrownCode(() => decode(bytes)) !== undefined) continue
      expect(verdicts[index]).toEqual(describeFile(decode(bytes)))
      accepted++
    }
    expect(accepted).toBeGreaterThan(100)
  })

  it('takes the last of two tensors with one name, where we refuse', async (context) => {
    const python = requirePeer(context)
    const bytes = rawFile(`{${entry('a', 'U8', '[9]', 0, 9)},${entry('a', 'U8', '[1]', 0, 1)}}`, 1)
    expect(python.read(await folderWith('twice', [bytes]))).toMatchObject({
      0: { tensors: { a: { shape: [1] } } },
    })
    expect(thrownCode(() => decode(bytes))).toBe('HL_SAFETENSORS_DUPLICATE_KEY')
  })
})

describe('NumPy', () => {
  it('rounds to float16 as we do', (context) => {
    const python = requirePeer(context)
    const anyBits = fc.nat(0xffffffff)
    const nearFloat16 = fc.integer({ min: 0x32800000, max: 0x47800000 })
    const bits = fc.sample(fc.oneof(anyBits, nearFloat16), { numRuns: 50_000, seed: 3 })
    const values = new Float32Array(Uint32Array.from(bits).buffer).filter((value) => !Number.isNaN(value))
    const ours = fromTypedArray(values, [values.length], 'F16')
    expect(python.round(values).equals(ours.bytes)).toBe(true)
    expect(toTypedArray(ours)).toHaveLength(values.length)
  })
})
