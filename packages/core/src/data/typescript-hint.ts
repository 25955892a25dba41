/** What to do where Node cannot load a dataset's module that is written in TypeScript; empty for other errors. */
export function importHint(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return ''
  if (error.code === 'ERR_UNKNOWN_FILE_EXTENSION' && error.message.includes('ts'))
    return (
      '; a worker is a Node thread of its own, which loads TypeScript from Node 22.18 on: use that, or compile the module ' +
      'with tsc and name the compiled one'
    )
  if (error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return (
      '; Node only strips types: write fields in the place of parameter properties, and objects in the place of enums and ' +
      'namespaces, or compile the module with tsc'
    )
  return ''
}
