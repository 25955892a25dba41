import { describe, expect, it } from 'vitest'
import { FileNames, fileNameOf, isBestOf, isTemplate, noteOf, publishedName } from './file-names.js'

describe('FileNames', () => {
  const names = new FileNames('model-{}.safetensors', 'epoch')

  it('fills the template', () => {
    expect(names.regular(12)).toBe('model-12.safetensors')
    expect(names.best('coco/bbox_mAP', 3, 'epoch')).toBe('best_coco_bbox_mAP_model-3.safetensors')
    expect(names.interrupted(7)).toBe('interrupted_iter_7.safetensors')
  })

  it('fills in leading zeros', () => {
    const padded = new FileNames('epoch_{:03d}.safetensors', 'epoch')
    expect([1, 42, 1234].map((count) => padded.regular(count))).toEqual([
      'epoch_001.safetensors',
      'epoch_042.safetensors',
      'epoch_1234.safetensors',
    ])
  })

  it('tells the best of one metric from that of another', () => {
    expect(isBestOf('coco/bbox_mAP', names.best('coco/bbox_mAP', 3, 'epoch'))).toBe(true)
    expect(isBestOf('acc', names.best('loss', 3, 'epoch'))).toBe(false)
    expect(isBestOf('acc', '')).toBe(false)
  })
})

describe('isTemplate', () => {
  it.each(['{}.safetensors', 'epoch_{}.safetensors', 'epoch_{:03d}.safetensors', '{:02}-x.safetensors'])(
    'takes %s',
    (template) => {
      expect(isTemplate(template)).toBe(true)
    },
  )

  it.each(['a.safetensors', '{}_{}.safetensors', '{:3d}.safetensors', '{x}.safetensors', 'a/{}.safetensors'])(
    'refuses %s',
    (template) => {
      expect(isTemplate(template)).toBe(false)
    },
  )
})

describe('publishedName', () => {
  it('adds the first eight digits of the hash', () => {
    expect(publishedName('epoch_3.safetensors', '0123456789abcdef')).toBe('epoch_3-01234567.safetensors')
  })
})

describe('fileNameOf', () => {
  it.each(['/runs/a/epoch_1.safetensors', 'C:\\runs\\epoch_1.safetensors', 'epoch_1.safetensors'])(
    'is the last part of %s',
    (path) => {
      expect(fileNameOf(path)).toBe('epoch_1.safetensors')
    },
  )
})

describe('noteOf', () => {
  it('is relative in the work dir, as it is outside', () => {
    expect(noteOf('/runs/a', '/runs/a/epoch_1.safetensors')).toBe('epoch_1.safetensors')
    expect(noteOf('C:\\runs\\a', 'C:\\runs\\a\\epoch_1.safetensors')).toBe('epoch_1.safetensors')
    expect(noteOf('/runs/a', '/runs/ab/epoch_1.safetensors')).toBe('/runs/ab/epoch_1.safetensors')
    expect(noteOf('/runs/a', '/elsewhere/a/epoch_1.safetensors')).toBe('/elsewhere/a/epoch_1.safetensors')
  })
})
