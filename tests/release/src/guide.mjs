import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/lib/run.mjs'

/**
 * What somebody does who follows a guide word by word, as a script for bash: blocks of `bash` are typed as they stand; a block
 * that begins with the name of a language and a path, such as `ts src/hook.ts`, is that file.
 * @param {string} path of the guide, relative to the workspace
 */
export function guideScript(path) {
  const steps = [...blocksOf(readFileSync(join(root, path), 'utf8'))].flatMap(({ info, text }) => {
    const [language, file] = info.split(/\s+/)
    if (language === 'bash') return [text]
    return file === undefined ? [] : [`cat > '${file}' <<'END_OF_FILE'\n${text}END_OF_FILE\n`]
  })
  return ['set -euo pipefail\n', ...steps].join('')
}

/** Fenced blocks; a fence of four backticks may hold one of three. @param {string} markdown */
function* blocksOf(markdown) {
  for (const [, , info = '', text = ''] of markdown.matchAll(/^(`{3,})(.*)\n([\s\S]*?)^\1$/gm))
    yield { info, text }
}
