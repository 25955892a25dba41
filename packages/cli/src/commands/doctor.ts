import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { checkFile } from '../checkpoint/check-file.js'
import { checkCopies } from '../doctor/check-copies.js'
import { checkDependencies } from '../doctor/check-dependencies.js'
import { checkEngine } from '../doctor/check-engine.js'
import { checkFolders } from '../doctor/check-folders.js'
import { checkNode } from '../doctor/check-node.js'
import { checkRegistrations } from '../doctor/check-registrations.js'
import type { Finding } from '../doctor/finding.js'
import { installedTree } from '../doctor/installed-tree.js'
import { reproduce } from '../doctor/reproduce.js'
import { exitCodes } from '../exit-code.js'
import { coreName, loadCore } from '../project/core.js'
import { findPackage } from '../project/find-package.js'
import { ProjectModules } from '../project/modules.js'
import { type Project, projectAt } from '../project/project.js'
import { hasColours } from '../terminal/colours.js'
import { reasonOf } from '../terminal/error-text.js'
import { keepOutputForJson, print, printJson } from '../terminal/print.js'
import type { DataArguments } from './common.js'

export interface DoctorArguments extends DataArguments {
  readonly project: string
  readonly workDir: string
  readonly ckpt?: string
}

/** `hookloop doctor`. @returns 1 where a problem was found, otherwise 0 */
export async function doctor({ project, workDir, ckpt, json }: DoctorArguments): Promise<number> {
  if (json === true) keepOutputForJson()
  if (ckpt !== undefined) checkFile(ckpt)
  const findings: Finding[] = []
  for await (const finding of examine(projectAt(resolve(project)), workDir, ckpt)) {
    findings.push(finding)
    if (json !== true) print(findingText(finding))
  }
  if (json === true) printJson(findings)
  return findings.some(({ status }) => status === 'problem') ? exitCodes.failed : exitCodes.ok
}

async function* examine(
  project: Project,
  workDir: string,
  ckpt: string | undefined,
): AsyncGenerator<Finding> {
  yield checkNode()
  yield checkProject(project)
  const tree = installedTree(project)
  yield* checkDependencies(project, tree)
  yield* checkCopies(tree)
  yield* await checkCore(project)
  yield* await checkFolders(workDir)
  if (ckpt !== undefined) yield* await reproduce(ckpt, project)
}

function checkProject({ folder, manifest }: Project): Finding {
  const topic = 'project'
  if (manifest === undefined)
    return {
      topic,
      status: 'problem',
      text: `there is no package.json in ${folder} or above`,
      remedy: 'npm init',
    }
  return { topic, status: 'ok', text: `${manifest.name} ${manifest.version} in ${folder}`.trim() }
}

/** What takes a core to find out. */
async function checkCore(project: Project): Promise<Finding[]> {
  const modules = new ProjectModules(project)
  try {
    const core = await loadCore(modules)
    const place = findPackage(coreName, project.folder)
    const url = modules.resolve(coreName) ?? ''
    const found: Finding = {
      topic: 'core',
      status: 'ok',
      text: `${coreName} ${core.version}, hook API ${core.hookApiVersion} (${place?.folder ?? url})`,
    }
    return [found, ...(await checkRegistrations(modules, core)), ...(await checkEngine(project, place, url))]
  } catch (error) {
    return [{ topic: 'core', status: 'problem', text: reasonOf(error) }]
  }
}

const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const

function findingText({ topic, status, text, remedy }: Finding): string {
  const padded = status.padEnd(8)
  const mark = hasColours() ? styleText(colours[status], padded, { validateStream: false }) : padded
  const head = `${mark} ${topic.padEnd(10)} `
  const indent = ' '.repeat(20)
  const lines = text.replaceAll('\n', `\n${indent}`)
  return `${head}${lines}${remedy === undefined ? '' : `\n${indent}→ ${remedy}`}`
}
