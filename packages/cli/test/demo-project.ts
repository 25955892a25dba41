import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cliFolder = fileURLToPath(new URL('..', import.meta.url))

/** Three clouds of points in the plane and a linear classifier: trains in no time on any engine. */
export const baseConfig = `
import { ArrayDataset, BaseModel, type DataBatch, type ForwardMode, Random } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { defineConfig } from 'hookloop'

function clouds(count: number, seed: number): ArrayDataset {
  const random = new Random(seed)
  const labels = Int32Array.from({ length: count }, (_, index) => index % 3)
  const inputs = new Float32Array(2 * count)
  labels.forEach((label, index) => {
    inputs[2 * index] = Math.cos(2 * label) + 0.4 * (random.uniform() - 0.5)
    inputs[2 * index + 1] = Math.sin(2 * label) + 0.4 * (random.uniform() - 0.5)
  })
  return new ArrayDataset({ inputs: { values: inputs, shape: [2] }, labels: { values: labels } })
}

class Classifier extends BaseModel {
  readonly weight = this.addParameter('weight', tf.zeros([2, 3]))
  readonly bias = this.addParameter('bias', tf.zeros([3]))

  forward({ inputs, labels }: DataBatch, mode: ForwardMode) {
    const scores = tf.add(tf.matMul(inputs as tf.Tensor2D, this.weight as tf.Tensor2D), this.bias)
    if (mode !== 'loss') return scores
    const oneHot = tf.oneHot(labels as tf.Tensor1D, 3)
    return { loss: tf.losses.softmaxCrossEntropy(oneHot, scores) }
  }
}

export default defineConfig({
  model: () => new Classifier(),
  engine: 'cpu',
  randomness: { seed: 42 },
  trainDataloader: { dataset: clouds(60, 1), batchSize: 10 },
  trainCfg: { maxEpochs: 2 },
  optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.5, momentum: 0.9 } },
  valDataloader: { dataset: clouds(30, 2), batchSize: 30 },
  valEvaluator: { type: 'Accuracy' },
  testDataloader: { dataset: clouds(30, 3), batchSize: 30 },
  testEvaluator: { type: 'Accuracy' },
})
`

/** Packages of the workspace that the project has; without a leading scope, `@hookloop/` is meant. */
export interface DemoOptions {
  readonly packages?: readonly string[]
  /** Files by name, besides base.ts and package.json. */
  readonly files?: Readonly<Record<string, string>>
  /** Further fields of package.json. */
  readonly manifest?: Readonly<Record<string, unknown>>
}

const usual = ['core', 'optim', 'hook-checkpoint', 'hook-logger', 'hook-runtime-info', 'hook-iter-timer']

/** A user's project in a temporary folder: links to packages of this workspace, a package.json that names them, configs. */
export class DemoProject {
  private constructor(readonly folder: string) {}

  static async make({ packages = usual, files = {}, manifest = {} }: DemoOptions = {}): Promise<DemoProject> {
    const project = new DemoProject(await mkdtemp(join(tmpdir(), 'hookloop-cli-')))
    await project.#link('hookloop', cliFolder)
    await project.#link('@tensorflow/tfjs-core', join(cliFolder, 'node_modules/@tensorflow/tfjs-core'))
    for (const name of packages) await project.#link(`@hookloop/${name}`, join(cliFolder, '..', name))
    const dependencies = Object.fromEntries(packages.map((name) => [`@hookloop/${name}`, '*']))
    const facts = { name: 'demo', version: '1.0.0', type: 'module', dependencies, ...manifest }
    await project.write({ 'package.json': JSON.stringify(facts, null, 2), 'base.ts': baseConfig, ...files })
    return project
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(this.path(name)), { recursive: true })
      await writeFile(this.path(name), text)
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  async #link(name: string, target: string): Promise<void> {
    const place = this.path(join('node_modules', name))
    await mkdir(dirname(place), { recursive: true })
    await symlink(target, place)
  }
}
