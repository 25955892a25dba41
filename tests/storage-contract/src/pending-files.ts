import { writeFile } from '@hookloop/core'
import { outcomeOf, type Rule, textOf } from './rule.js'

const steps = ['write', 'commit', 'abort'] as const
type Step = (typeof steps)[number]

/** All orders of up to four steps, with repetitions. */
const orders: readonly (readonly Step[])[] = [1, 2, 3, 4].flatMap((length) => ordersOf(length))

function ordersOf(length: number): Step[][] {
  return length === 0 ? [[]] : ordersOf(length - 1).flatMap((order) => steps.map((step) => [...order, step]))
}

/** A file ends with the first commit or abort; then writing and committing are errors, and aborting is nothing. */
function expectedOf(order: readonly Step[]): string {
  const firstEnd = order.findIndex((step) => step !== 'write')
  const end = firstEnd === -1 ? order.length : firstEnd
  const outcomes = order.map((step, index) =>
    index <= end || step === 'abort' ? 'done' : 'HL_STORAGE_WRITE',
  )
  return tell(order, outcomes, order[end] === 'commit' ? 'new'.repeat(end) : 'old')
}

function tell(order: readonly Step[], outcomes: readonly string[], text: string | undefined): string {
  return `${order.map((step, index) => `${step} ${outcomes[index]}`).join(', ')}: ${text}`
}

export const pendingFiles: readonly Rule[] = [
  {
    name: 'write, commit and abort in every order and twice',
    async observe(storage, folder) {
      const told: string[] = []
      for (const order of orders) {
        const path = storage.join(folder, order.join('-'))
        await writeFile(storage, path, 'old')
        const file = await storage.create(path)
        const outcomes: string[] = []
        for (const step of order)
          outcomes.push(await outcomeOf(step === 'write' ? file.write('new') : file[step]()))
        const text = await textOf(storage, path)
        await file.abort()
        const isStill = (await textOf(storage, path)) === text
        told.push(tell(order, outcomes, isStill ? text : 'removed by an abort'))
      }
      return told
    },
    expected: orders.map(expectedOf),
  },
  {
    name: 'two commits at once are one',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const file = await storage.create(path)
      await file.write('x')
      const outcomes = await Promise.all([file.commit(), file.commit(), file.abort()].map(outcomeOf))
      return [outcomes, await textOf(storage, path)]
    },
    expected: [['done', 'HL_STORAGE_WRITE', 'done'], 'x'],
  },
  {
    name: 'a file that was given up leaves nothing',
    async observe(storage, folder) {
      const file = await storage.create(storage.join(folder, 'file'))
      await file.write('x')
      await file.abort()
      return [await storage.exists(storage.join(folder, 'file')), await storage.list(folder)]
    },
    expected: [false, []],
  },
  {
    name: 'a file that is removed while another is written in its place comes back with the commit',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      await writeFile(storage, path, 'old')
      const file = await storage.create(path)
      await file.write('new')
      await storage.remove(path)
      const between = await storage.exists(path)
      await file.commit()
      return [between, await textOf(storage, path)]
    },
    expected: [false, 'new'],
  },
]
