import { join } from 'node:path'
import ts from 'typescript'
import type { CodeBlock } from './code-blocks.js'

/** A block as a module, with what it takes from the context. */
export interface CheckedBlock {
  readonly block: CodeBlock
  /** Where it would lie, so that its imports are found. */
  readonly path: string
  readonly source: string
}

const folder = join(import.meta.dirname, '..')
const contextPath = join(folder, 'src/context.ts')
/** Cannot find name; the same, with a guess; no value for a shorthand. */
const unknownName = [2304, 2552, 18004]

/**
 * Makes each block a module of its own. Names that it does not declare come from `context.ts`, where that has them.
 * @returns the modules, and what the compiler says of them, by file and line of the document
 */
export function checkBlocks(blocks: readonly CodeBlock[]): {
  modules: readonly CheckedBlock[]
  complaints: readonly string[]
} {
  const bare = blocks.map((block, index) => moduleOf(block, index, []))
  const first = compile(bare)
  const exported = exportsOfContext(first)
  const modules = bare.map(({ block, path }, index) =>
    moduleOf(
      block,
      index,
      namesMissing(first, path).filter((name) => exported.has(name)),
    ),
  )
  const program = compile(modules)
  return { modules, complaints: modules.flatMap((module) => complaintsOf(program, module)) }
}

function moduleOf(block: CodeBlock, index: number, names: readonly string[]): CheckedBlock {
  const imports = names.length === 0 ? '' : `import { ${names.join(', ')} } from '../src/context.js'; `
  // On the first line, so that lines are those of the document. `export {}` makes every block a module.
  return {
    block,
    path: join(folder, 'blocks', `block-${index}.ts`),
    source: `${imports}${block.code}\nexport {}\n`,
  }
}

function compile(modules: readonly CheckedBlock[]): ts.Program {
  const sources = new Map(modules.map(({ path, source }) => [path, source]))
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    folder,
  )
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => sources.has(path) || fileExists(path)
  host.readFile = (path) => sources.get(path) ?? readFile(path)
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const source = sources.get(path)
    return source === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, source, languageVersion)
  }
  // Types that packages add to core's maps are known where their imports are.
  return ts.createProgram([contextPath, ...sources.keys()], options, host)
}

function exportsOfContext(program: ts.Program): Set<string> {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(contextPath)
  const symbol = file && checker.getSymbolAtLocation(file)
  return new Set(symbol ? checker.getExportsOfModule(symbol).map(({ name }) => name) : [])
}

function namesMissing(program: ts.Program, path: string): string[] {
  const file = program.getSourceFile(path)
  const names = program
    .getSemanticDiagnostics(file)
    .filter(({ code }) => unknownName.includes(code))
    .map(({ start = 0, length = 0 }) => file?.text.slice(start, start + length) ?? '')
  return [...new Set(names)]
}

function complaintsOf(program: ts.Program, { block, path }: CheckedBlock): string[] {
  const file = program.getSourceFile(path)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ start = 0, messageText }) => {
      const line = block.line + (file?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${block.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    },
  )
}

/** A module as JavaScript. */
export function javaScriptOf({ source, path }: CheckedBlock): string {
  const { outputText } = ts.transpileModule(source, {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  })
  return outputText
}
