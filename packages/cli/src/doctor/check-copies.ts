import type { Finding } from './finding.js'
import type { TreePackage } from './installed-tree.js'

/** Packages of which a process must have one copy, and what goes wrong with two. */
const single = new Map([
  ['@hookloop/core', 'what registers with one is unknown to the other'],
  ['@tensorflow/tfjs-core', 'backends and tensors of one are unknown to the other'],
])

export function checkCopies(tree: readonly TreePackage[]): Finding[] {
  return [...single].map(([name, harm]) => {
    const copies = tree.filter((one) => one.name === name)
    if (copies.length < 2)
      return { topic: 'copies', status: 'ok', text: `${copies.length || 'no'} copy of ${name}` }
    const places = copies.map(({ version, folder, users }) => `${version} at ${folder}${usedBy(users)}`)
    return {
      ...{ topic: 'copies', status: 'problem' },
      text: `${copies.length} copies of ${name}, and ${harm}: ${places.join('; ')}`,
      remedy: `\`npm ls ${name}\` shows who asks for which; align the versions, then \`npm dedupe\` (or \`pnpm dedupe\`)`,
    }
  })
}

function usedBy(users: readonly string[]): string {
  const some = users.slice(0, 3).join(', ')
  if (users.length === 0) return ''
  return ` (used by ${some}${users.length > 3 ? ` and ${users.length - 3} more` : ''})`
}
