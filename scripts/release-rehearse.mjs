// `npm run release:rehearse`: packs and lints the next release, publishes it to a registry on the loopback, and acts as its
// users would, in empty folders. --short plays what `npm test` plays; other words play the scenes with them in their titles.
import { setUp } from './setup.mjs'

await setUp({ native: false })
// What set-up builds can be looked at only now.
const { openStage, scenes } = await import('../tests/release/src/rehearsal.mjs')
const { play } = await import('../tests/release/src/scene.mjs')
const { releaseTools } = await import('../tests/release/src/tools.mjs')

const words = process.argv.slice(2).filter((argument) => argument !== '--short')
const isWanted = ({ title, isShort }) =>
  title.startsWith('every package') ||
  ((isShort || !process.argv.includes('--short')) &&
    (words.length === 0 || words.some((word) => title.includes(word))))
const { stage, close } = await openStage(await releaseTools())
try {
  process.exitCode = (await play(scenes.filter(isWanted), stage)) > 0 ? 1 : 0
} finally {
  await close()
}
