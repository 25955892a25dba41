import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import MarkdownIt from 'markdown-it'
import { root } from '../../../scripts/lib/run.mjs'

/**
 * What somebody does who follows a guide word by word, as a script for bash: blocks of `bash` are typed as they stand; a block
 * that begins with the name of a language and a path, such as `ts src/hook.ts`, is that file.
 * @param {string} path of the guide, relative to the workspace
 */
export function guideScript(path) {
  const blocks = new MarkdownIt()
    .parse(readFileSync(join(root, path), 'utf8'), {})
    .filter(({ type }) => type === 'fence')
  const steps = blocks.flatMap(({ info, content }) => {
    const [language, file] = info.split(' ')
    if (language === 'bash') return [content]
    return file === undefined ? [] : [`cat > '${file}' <<'END_OF_FILE'\n${content}END_OF_FILE\n`]
  })
  return ['set -euo pipefail\n', ...steps].join('')
}
