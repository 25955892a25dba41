import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments.js'

describe('the command line', () => {
  it('needs a name only', () => {
    expect(readArguments(['my-hook'])).toEqual({
      name: 'my-hook',
      scope: undefined,
      dir: undefined,
      description: undefined,
      licence: 'MIT',
      git: true,
      install: true,
    })
  })

  it('takes everything else as options, in any order', () => {
    const text = '--no-git --dir there --license apache-2.0 my-hook --scope me --no-install --description'
    expect(readArguments([...text.split(' '), ' Does it. '])).toEqual({
      name: 'my-hook',
      scope: 'me',
      dir: 'there',
      description: 'Does it.',
      licence: 'Apache-2.0',
      git: false,
      install: false,
    })
  })

  it.each([
    [[], 'the name of the hook is missing'],
    [['a', 'b'], 'one name is enough, but a b was given'],
    [['a', '--licence', 'MIT'], "Unknown option '--licence'"],
    [['a', '--license', 'WTFPL'], "--license is 'WTFPL', but must be one of MIT, Apache-2.0, ISC"],
    [['a', '--description', 'one\ntwo'], 'one line of text'],
    [['a', '--description', ' '], 'one line of text'],
  ])('refuses %j', (args, reason) => {
    expect(() => readArguments(args)).toThrow(reason)
    expect(() => readArguments(args)).toThrow('HL_CREATE_ARGUMENTS')
  })

  it.each([
    ['--help', 'help'],
    ['-h', 'help'],
    ['--version', 'version'],
  ])('%s needs no name', (flag, answer) => expect(readArguments([flag])).toBe(answer))
})
