import type { ModuleInfo } from './model.js'

/**
 * The modules that names of parameters tell of, each with the parameters right inside it, in the order in which
 * they first come; the model itself, whose path is empty, is the first.
 */
export function modulesOf(modelType: string, names: readonly string[]): ModuleInfo[] {
  const own = new Map<string, string[]>([['', []]])
  for (const name of names) {
    const dot = name.lastIndexOf('.')
    const path = name.slice(0, Math.max(dot, 0))
    const parameters = own.get(path) ?? []
    parameters.push(name.slice(dot + 1))
    own.set(path, parameters)
  }
  return [...own].map(([path, parameters]) => ({
    path,
    type: path === '' ? modelType : 'Module',
    parameters,
  }))
}
