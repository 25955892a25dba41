import { expect, it } from 'vitest'
import { MemoryStorage } from './memory-storage.js'
import { ScratchStorage } from './scratch-storage.js'
import { writeFile } from './storage.js'

it('reads what lies beneath, and leaves it as it is', async () => {
  const beneath = new MemoryStorage()
  await writeFile(beneath, '/run/weights', 'kept')
  const scratch = new ScratchStorage(beneath)
  const text = async (path: string) => new TextDecoder().decode(await scratch.read(path))
  expect([await text('/run/weights'), await scratch.exists('/run/weights')]).toEqual(['kept', true])
  await writeFile(scratch, '/run/weights', 'other')
  await scratch.append('/run/log', 'line')
  await scratch.makeFolder('/run/more')
  expect([await text('/run/weights'), await text('/run/log')]).toEqual(['other', 'line'])
  await scratch.remove('/run/weights')
  expect(await text('/run/weights')).toBe('kept')
  expect([...beneath.files.keys()]).toEqual(['/run/weights'])
  expect(await beneath.exists('/run/more')).toBe(false)
})
