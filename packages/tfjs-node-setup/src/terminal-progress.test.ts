import { expect, it } from 'vitest'
import type { SetupProgress } from './progress.js'
import { terminalProgress } from './terminal-progress.js'

const download = (bytesDone: number): SetupProgress => ({
  step: 'download',
  message: 'tensorflow-cpu 2.16.2',
  bytesDone,
  bytesTotal: 214_055_683,
})

function shown(isTTY: boolean, events: readonly SetupProgress[]): string {
  let text = ''
  const report = terminalProgress({ isTTY, columns: 60, write: (part) => (text += part) })
  for (const event of events) report(event)
  return text
}

it('writes plain lines at each quarter on a pipe', () => {
  const bytes = [0, 10, 60e6, 61e6, 120e6, 214_055_683]
  const text = shown(false, [...bytes.map(download), { step: 'compile', message: 'addon' }])
  expect(text).toBe(`  download  tensorflow-cpu 2.16.2: 0 % (0 kB of 214 MB)
  download  tensorflow-cpu 2.16.2: 28 % (60 MB of 214 MB)
  download  tensorflow-cpu 2.16.2: 56 % (120 MB of 214 MB)
  download  tensorflow-cpu 2.16.2: 100 % (214 MB of 214 MB)
  compile   addon
`)
})

it('counts up in one line on a terminal, and never wraps', () => {
  const text = shown(true, [download(0), download(107e6), { step: 'compile', message: 'a'.repeat(100) }])
  const lines = text.split('\n').map((line) => line.split('\r\x1b[K'))
  expect(lines).toEqual([
    [
      '',
      '  download  tensorflow-cpu 2.16.2: 0 % (0 kB of 214 MB)',
      '  download  tensorflow-cpu 2.16.2: 49 % (107 MB of 214 MB)',
    ],
    ['', `  compile   ${'a'.repeat(47)}`],
    [''],
  ])
})
