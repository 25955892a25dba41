import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/** Folders of all projects that have tests. */
export function testedProjects() {
  return ['packages', 'examples', 'tests']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)))
    .filter(
      (folder) => existsSync(join(root, folder, 'package.json')) && scriptsOf(folder).test !== undefined,
    )
}

function scriptsOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts ?? {}
}

const reportOf = (folder) => join(root, folder, 'test-results.json')

/** Old reports must not count. @param {string[]} projects */
export function removeReports(projects) {
  for (const folder of projects) rmSync(reportOf(folder), { force: true })
}

/** @param {string[]} projects */
export function readReports(projects) {
  return projects.map((project) => {
    const path = reportOf(project)
    return { project, report: existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined }
  })
}
