import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { checkTfjsNode } from '@hookloop/tfjs-node-setup'
import { findPackage } from '../project/find-package.js'
import type { Project } from '../project/project.js'
import type { ProbeReport } from './engine-probe.js'
import type { Finding } from './finding.js'

const topic = 'engine'
const nativeName = '@tensorflow/tfjs-node'

/** Whether native TensorFlow loads, and which engine a Runner would take. @param coreUrl of the project's core */
export async function checkEngine(project: Project, coreUrl: string): Promise<Finding[]> {
  return [await checkNative(project), await checkChoice(project, coreUrl)]
}

async function checkNative({ folder }: Project): Promise<Finding> {
  const installed = findPackage(nativeName, folder)
  if (installed === undefined)
    return { topic, status: 'ok', text: `${nativeName} is not installed; the fastest engine is optional` }
  const { works, origin, reason = '' } = await checkTfjsNode({ from: folder })
  const text = `${nativeName} ${installed.version}`
  if (works) return { topic, status: 'ok', text: `${text} loads (${origin === 'setUp' ? 'set up by tfjs-node-setup' : 'by its own install'})` }
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
