import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from './documents.js'

const entries = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name, 'src/index.ts'))
  .filter((path) => existsSync(path))

describe('what packages export', () => {
  it('is documented, each thing and each field of options', () => {
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config,
      ts.sys,
      root,
    )
    const program = ts.createProgram(entries, { ...options, noEmit: true })
    const checker = program.getTypeChecker()
    const undocumented = entries.flatMap((path) => {
      const file = program.getSourceFile(path)
      const module = file && checker.getSymbolAtLocation(file)
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module)
      return symbols.flatMap((symbol) => {
        const exported = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
        const place = `${path.slice(root.length + 1).replace('/src/index.ts', '')}: ${symbol.name}`
        return [
          ...(isDocumented(exported, checker) ? [] : [place]),
          ...(/(Options|Cfg|Config)$/.test(symbol.name) ? fieldsOf(exported) : [])
            .filter((field) => !isDocumented(field, checker))
            .map(({ name }) => `${place}.${name}`),
        ]
      })
    })
    expect(undocumented).toEqual([])
  })
})

function isDocumented(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return symbol.getDocumentationComment(checker).length > 0
}

/** Those that it declares itself. */
function fieldsOf(symbol: ts.Symbol): ts.Symbol[] {
  if (!(symbol.flags & ts.SymbolFlags.Interface)) return []
  return [...(symbol.members?.values() ?? [])].filter(({ flags }) => !(flags & ts.SymbolFlags.TypeParameter))
}
