/** A page has no installed packages: the backend looks beside its own script unless it is told a folder. */
export function installedWasmFolder(): string | undefined {
  return undefined
}
