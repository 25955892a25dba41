import { afterAll, beforeAll, describe, it } from 'vitest'
import { openStage, scenes } from './rehearsal.mjs'
import { releaseTools } from './tools.mjs'

const tools = await releaseTools().then(
  (folder) => ({ folder }),
  (error: unknown) => ({
    reason: `the registry for rehearsals cannot be installed: ${String(error).split('\n').at(-1)}`,
  }),
)

// What takes longer is played by `npm run release:rehearse`.
describe('the next release, for its users', () => {
  let opened: Awaited<ReturnType<typeof openStage>> | undefined

  beforeAll(async () => {
    if ('folder' in tools) opened = await openStage(tools.folder)
  }, 300_000)
  afterAll(() => opened?.close())

  it.each(scenes.filter(({ isShort }) => isShort))(
    '$title',
    async ({ act }) => {
      await act(opened.stage)
    },
    300_000,
  )
})
