import { expect, it } from 'vitest'
import { comparePackages, describeChange } from './packages.js'

it('tells each package that is not what it was, with the command that brings it back', () => {
  const before = { '@hookloop/core': '0.1.0', '@hookloop/hook-ema': '0.1.0', 'my-hook': '1.0.0' }
  const now = { '@hookloop/core': '0.1.0', '@hookloop/hook-ema': '0.2.0', 'new-hook': '3.0.0' }
  const changes = comparePackages(before, now)
  expect(changes).toEqual([
    { name: '@hookloop/hook-ema', before: '0.1.0', now: '0.2.0' },
    { name: 'my-hook', before: '1.0.0', now: undefined },
    { name: 'new-hook', before: undefined, now: '3.0.0' },
  ])
  const [ema, mine, added] = changes.map(describeChange)
  expect(ema).toMatch(/hook-ema 0\.1\.0, now it is 0\.2\.0.*npm install @hookloop\/hook-ema@0\.1\.0$/)
  expect(mine).toMatch(/my-hook 1\.0\.0, which is not in this run.*npm install my-hook@1\.0\.0/)
  expect(added).toMatch(/new-hook 3\.0\.0 was not there/)
})
