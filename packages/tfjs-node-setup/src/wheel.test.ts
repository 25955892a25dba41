import { expect, it } from 'vitest'
import { type Machine, pinnedWheels, thisMachine, wheelFor } from './wheel.js'

it('has a wheel for Linux on x86_64 with glibc', () => {
  const wheel = wheelFor({ platform: 'linux', arch: 'x64', glibcVersion: '2.36' }, pinnedWheels)
  expect(`${wheel.project} ${wheel.version}`).toBe('tensorflow-cpu 2.16.2')
})

it.each<[Machine, string]>([
  [{ platform: 'darwin', arch: 'arm64', glibcVersion: undefined }, 'darwin arm64'],
  [{ platform: 'linux', arch: 'arm64', glibcVersion: '2.36' }, 'linux arm64 with glibc 2.36'],
  [{ platform: 'linux', arch: 'x64', glibcVersion: undefined }, 'linux x64 without glibc (musl?)'],
])('says of %o what is supported and what was found', (machine, found) => {
  const refuse = () => wheelFor(machine, pinnedWheels)
  expect(refuse).toThrow(expect.objectContaining({ code: 'HL_SETUP_UNSUPPORTED_PLATFORM' }))
  expect(refuse).toThrow(`found:      ${found}\n`)
  expect(refuse).toThrow('looked for: linux x64 with glibc')
})

it('knows the machine it runs on', () => {
  expect(thisMachine()).toMatchObject({ platform: process.platform, arch: process.arch })
})
