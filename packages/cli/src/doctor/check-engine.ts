import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { checkTfjsNode } from '@hookloop/tfjs-node-setup'
import { findPackage, type InstalledPackage } from '../project/find-package.js'
import type { Project } from '../project/project.js'
import type { ProbeReport } from './engine-probe.js'
import type { Finding } from './finding.js'

const topic = 'engine'
const nativeName = '@tensorflow/tfjs-node'

/** Whether native TensorFlow loads, and which engine a Runner would take. */
export async function checkEngine(
  project: Project,
  core: InstalledPackage | undefined,
  coreUrl: string,
): Promise<Finding[]> {
  const places = [project.folder, core?.folder ?? project.folder]
  return [await checkNative(places), await checkChoice(project, coreUrl)]
}

/** @param places the folders from which core looks for it */
async function checkNative(places: readonly string[]): Promise<Finding> {
  const from = places.find((place) => findPackage(nativeName, place) !== undefined)
  if (from === undefined)
    return { topic, status: 'ok', text: `${nativeName} is not installed; the fastest engine is optional` }
  const { works, origin, reason = '' } = await checkTfjsNode({ from })
  const text = `${nativeName} ${findPackage(nativeName, from)?.version}`
  const maker = origin === 'setUp' ? 'set up by tfjs-node-setup' : 'by its own install'
  if (works) return { topic, status: 'ok', text: `${text} loads (${maker})` }
  return {
    ...{ topic, status: 'warning', text: `${text} does not load: ${reason}` },
    remedy: 'npx @hookloop/tfjs-node-setup',
  }
}

async function checkChoice(project: Project, coreUrl: string): Promise<Finding> {
  const report = await probe(project, coreUrl)
  if ('failure' in report) return { topic, status: 'problem', text: report.failure }
  const { engine, hint, warning } = report
  const text = `a Runner takes ${engine}`
  if (warning !== undefined) return { topic, status: 'warning', text: `${text}. ${warning}` }
  return { topic, status: 'ok', text: hint === undefined ? text : `${text}. ${hint}` }
}

function probe({ folder }: Project, coreUrl: string): Promise<ProbeReport> {
  const script = fileURLToPath(new URL('./engine-probe.js', import.meta.url))
  const child = fork(script, [coreUrl], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  return new Promise((resolve) => {
    child.on('message', (report: ProbeReport) => resolve(report))
    child.on('error', (error) => resolve({ failure: error.message }))
    child.on('exit', (code, signal) =>
      resolve({ failure: `the process that tried the engines ended by ${signal ?? `exit code ${code}`}` }),
    )
  })
}
