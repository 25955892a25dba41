import { afterAll, beforeAll, describe, it } from 'vitest'
import { openStage, scenes } from './rehearsal.mjs'
import { releaseTools } from './tools.mjs'

// What takes longer is played by `npm run release:rehearse`.
describe('the next release, for its users', () => {
  let opened: Awaited<ReturnType<typeof openStage>> | undefined
  let missing = ''

  beforeAll(async () => {
    const tools = await releaseTools().catch((error: unknown) => {
      missing = `the registry for rehearsals cannot be installed: ${String(error).trim().split('\n').at(-1)}`
    })
    if (tools !== undefined) opened = await openStage(tools)
  }, 300_000)
  afterAll(() => opened?.close())

  for (const { title, isShort, act } of scenes) {
    if (!isShort) continue
    it(title, async ({ skip }) => {
      if (opened === undefined) return skip(missing)
      await act(opened.stage)
    }, 600_000)
  }
})
