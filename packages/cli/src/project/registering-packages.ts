import { type Fields, isPlainObject } from '../config/plain-object.js'
import type { InstalledPackage } from './find-package.js'
import { installedDependencies, type Project } from './project.js'

/** The keyword of hooks on npm. */
export const hookKeyword = 'hookloop-hook'

/**
 * True for packages that register something when they are imported: hooks carry the keyword `hookloop-hook`, and any package
 * may list what it registers under `hookloop` in its package.json, such as `{ "optimizers": ["Lion"] }`.
 */
export function registersItself({ manifest }: { readonly manifest: Fields }): boolean {
  const { keywords, hookloop } = manifest
  return (Array.isArray(keywords) && keywords.includes(hookKeyword)) || registeredNames(hookloop).length > 0
}

/** The direct dependencies of a project that register something; what they depend on in turn is left alone. */
export function registeringPackages(project: Project): InstalledPackage[] {
  return installedDependencies(project).filter(registersItself)
}

function registeredNames(field: unknown): unknown[] {
  return isPlainObject(field) ? Object.values(field).filter(Array.isArray).flat() : []
}
