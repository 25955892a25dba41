// Makes docs/hook-packages.md from docs/hook-packages.json, and keeps in that what our package.json files say; --check only looks.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const listPath = join(root, 'docs/hook-packages.json')
const pagePath = join(root, 'docs/hook-packages.md')

/** What an entry has, and what is allowed there. */
const fields = {
  name: [isPackageName, "a package's name on npm, such as 'hook-swap' or '@me/hook-swap'"],
  does: [(value) => isText(value) && /^[A-Z`].*\.$/.test(value), 'one sentence, with a full stop'],
  hooks: [(value) => isList(value) && value.length > 0, 'the hooks that it registers, at least one'],
  points: [isList, 'the hook points that it uses; an empty list where its options tell'],
  slot: [(value) => value === null || isText(value), 'the default slot that it fills, or null'],
  kind: [(value) => value === 'ours' || value === 'others', "'ours' or 'others'"],
  homepage: [
    (value) => isText(value) && /^(https:\/\/|\.\.\/packages\/)/.test(value),
    'where its README is, from https:// on',
  ],
}

function isText(value) {
  return typeof value === 'string' && value !== '' && !/[|\n]/.test(value)
}

function isList(value) {
  return Array.isArray(value) && value.every(isText)
}

function isPackageName(value) {
  return isText(value) && /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(value)
}

/** @returns {string[]} what is wrong with the list */
function mistakesOf(entries) {
  const mistakes = entries.flatMap((entry, index) => [
    ...Object.entries(fields)
      .filter(([field, [isRight]]) => !isRight(entry[field]))
      .map(
        ([field, [, wanted]]) =>
          `[${index}].${field} is ${JSON.stringify(entry[field])}, but must be ${wanted}`,
      ),
    ...Object.keys(entry)
      .filter((field) => !(field in fields))
      .map((field) => `[${index}].${field} is not known; fields are ${Object.keys(fields).join(', ')}`),
  ])
  const names = entries.map(({ name }) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return [...mistakes, ...twice.map((name) => `${name} stands there twice`)]
}

/** Our hook packages, as their package.json files tell of them. */
function ours(listed) {
  return readdirSync(join(root, 'packages')).flatMap((folder) => {
    const { name, description, keywords, hookloop } = JSON.parse(
      readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
    )
    if (keywords?.includes('hookloop-hook') !== true) return []
    const { points = [], slot = null } = listed.find((entry) => entry.name === name) ?? {}
    return [
      {
        name,
        does: description,
        hooks: hookloop.hooks,
        points,
        slot,
        kind: 'ours',
        homepage: `../packages/${folder}`,
      },
    ]
  })
}

function pageOf(entries) {
  const others = entries.filter(({ kind }) => kind === 'others')
  return `<!-- Made by scripts/hook-packages.mjs from hook-packages.json: change that. -->

# Hook packages

Each hook is a package of its own: install what you need, import it, and its hooks work in configs. [Which hook do I
need?](which-hook.md) goes from wish to package.

## Ours

${tableOf(entries.filter(({ kind }) => kind === 'ours'))}

## By others

${others.length === 0 ? 'None is listed yet. [Write one](write-a-hook.md), and add it.' : tableOf(others)}

Listed packages are not reviewed by us: look at what you install. Every package on npm with the keyword \`hookloop-hook\` is one, listed
here or not; \`npx hookloop hooks\` ([command line](../packages/cli/README.md)) tells which are installed.

## Add yours

1. [Publish it](publish-a-hook.md), with the keyword \`hookloop-hook\` and a README.
2. Add an entry to \`docs/hook-packages.json\`, below the last one:

   \`\`\`json
   {
     "name": "@me/hook-swap",
     "does": "Swaps layers in the course of training.",
     "hooks": ["SwapHook"],
     "points": ["beforeTrainEpoch"],
     "slot": null,
     "kind": "others",
     "homepage": "https://github.com/me/hook-swap"
   }
   \`\`\`

3. \`node scripts/hook-packages.mjs\` checks it and makes this page anew. Open a pull request with both files.

| field | what it says |
|---|---|
${Object.entries(fields)
  .map(([field, [, wanted]]) => `| \`${field}\` | ${wanted} |`)
  .join('\n')}
`
}

function tableOf(entries) {
  const rows = entries.map(({ name, homepage, does, hooks, points, slot }) =>
    [
      `[\`${name}\`](${homepage})`,
      does.replace(/\.$/, ''),
      hooks.map((hook) => `\`${hook}\``).join(', '),
      points.length === 0 ? 'by its options' : points.map((point) => `\`${point}\``).join(', '),
      slot === null ? '' : `\`${slot}\``,
    ].join(' | '),
  )
  const head = ['package | what it does | hooks | hook points | default slot', '--- | --- | --- | --- | ---']
  return [...head, ...rows].map((row) => `| ${row} |`).join('\n')
}

const isCheck = process.argv.includes('--check')
const listed = JSON.parse(readFileSync(listPath, 'utf8'))
const entries = [...ours(listed), ...listed.filter(({ kind }) => kind !== 'ours')]
const mistakes = mistakesOf(entries).map((mistake) => `docs/hook-packages.json: ${mistake}`)
if (mistakes.length === 0) {
  // Of the list only the content counts: biome breaks its lines.
  if (JSON.stringify(entries) !== JSON.stringify(listed))
    bring(listPath, `${JSON.stringify(entries, null, 2)}\n`)
  const page = pageOf(entries)
  if (!existsSync(pagePath) || readFileSync(pagePath, 'utf8') !== page) bring(pagePath, page)
}
for (const mistake of mistakes) process.stderr.write(`${mistake}\n`)
process.exitCode = mistakes.length > 0 ? 1 : 0

function bring(path, text) {
  if (isCheck) mistakes.push(`${path} is not up to date; run: node scripts/hook-packages.mjs`)
  else writeFileSync(path, text)
}
