import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { cacheDir } from './cache-dir.js'

it.each([
  [{ HOOKLOOP_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, '/a'],
  [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, '/b/hookloop'],
  [{ HOOKLOOP_CACHE_DIR: '', XDG_CACHE_HOME: '', HOME: '/c' }, '/c/.cache/hookloop'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/c' }, '/c/.cache/hookloop'],
])('with %o is %s', (env, dir) => {
  expect(cacheDir(env)).toBe(dir)
})

it('takes a relative HOOKLOOP_CACHE_DIR from the current folder', () => {
  expect(cacheDir({ HOOKLOOP_CACHE_DIR: 'cache' })).toBe(resolve('cache'))
})

it.each([{}, { HOME: '' }])('with an empty HOME asks the system for the home folder: %o', (env) => {
  expect(cacheDir(env)).toBe(join(userInfo().homedir, '.cache', 'hookloop'))
})

it('refuses a home folder that is no absolute path', () => {
  expect(() => cacheDir({ HOME: 'here' })).toThrow(expect.objectContaining({ code: 'HL_SETUP_NO_CACHE_DIR' }))
})
