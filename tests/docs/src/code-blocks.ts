import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import MarkdownIt from 'markdown-it'

/** A piece of code in a document. */
export interface CodeBlock {
  /** Relative to the root of the repository, such as `packages/core/README.md`. */
  readonly file: string
  /** Of its first line of code, counted from 1. */
  readonly line: number
  readonly language: string
  readonly code: string
  /** What a comment right before it says, such as `only types: …`; empty where there is none. */
  readonly remark: string
}

const remarkPattern = /^<!--\s*code:\s*(.*?)\s*-->$/s

/**
 * The blocks of a document that name a language. Those that also name a file, `ts src/hook.ts`, belong to a guide that
 * `tests/release` follows word by word, in a project of its own.
 */
export function codeBlocks(root: string, document: string): CodeBlock[] {
  const tokens = new MarkdownIt({ html: true }).parse(readFileSync(document, 'utf8'), {})
  return tokens.flatMap((token, index) => {
    const [language, path] = token.info.split(' ')
    if (token.type !== 'fence' || language === undefined || language === '' || path !== undefined) return []
    const before = tokens[index - 1]
    const remark = before?.type === 'html_block' ? remarkPattern.exec(before.content.trim())?.[1] : undefined
    const [begin = 0] = token.map ?? []
    const block = { line: begin + 2, language, code: token.content, remark: remark ?? '' }
    return [{ file: relative(root, join(document)), ...block }]
  })
}
