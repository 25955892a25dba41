import { describe, expect, it } from 'vitest'
import { ReplacedFiles } from './replaced-files.js'

describe('ReplacedFiles', () => {
  it('collects what newer files replace, each once', () => {
    const files = new ReplacedFiles().replace('c', ['a', 'b']).replace('d', ['b', 'c'])
    expect(files.obsolete).toEqual(['a', 'b', 'c'])
  })

  it('never holds a file that is being written again', () => {
    expect(new ReplacedFiles(['a', 'b']).replace('b', ['b']).obsolete).toEqual(['a'])
  })

  it('lets a regular checkpoint replace that of an interruption, a best one not', () => {
    const interrupted = new ReplacedFiles().replaceByInterrupted('i5')
    expect(interrupted).toMatchObject({ obsolete: [], interrupted: 'i5' })
    expect(interrupted.replace('best', [])).toMatchObject({ obsolete: [], interrupted: 'i5' })
    const regular = interrupted.replaceByRegular('e1', [])
    expect(regular.obsolete).toEqual(['i5'])
    expect(regular.interrupted).toBeUndefined()
  })

  it('lets an interruption replace the one before', () => {
    const twice = new ReplacedFiles().replaceByInterrupted('i5').replaceByInterrupted('i9')
    expect(twice).toMatchObject({ obsolete: ['i5'], interrupted: 'i9' })
    expect(twice.replaceByInterrupted('i9')).toMatchObject({ obsolete: ['i5'], interrupted: 'i9' })
  })

  it('comes back from its state, and from a state that is none', () => {
    const files = new ReplacedFiles(['a'], 'i5')
    expect(ReplacedFiles.fromState(files.stateDict())).toEqual(files)
    expect(ReplacedFiles.fromState({ obsolete: 'a', interrupted: 3 })).toEqual(new ReplacedFiles())
  })
})
