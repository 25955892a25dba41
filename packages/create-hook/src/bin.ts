#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { help, readArguments } from './arguments.js'
import { type CreatedHook, createHook } from './create-hook.js'
import { CreateHookError } from './create-hook-error.js'

async function run(): Promise<string> {
  const request = readArguments(process.argv.slice(2))
  if (request === 'help') return help
  if (request === 'version') return `${await ownVersion()}\n`
  const created = await createHook(request, {
    cwd: process.cwd(),
    userAgent: process.env.npm_config_user_agent,
    onProgress: (line) => process.stdout.write(`${line}\n`),
  })
  return nextSteps(created)
}

function nextSteps({ packageName, className, directory, isInstalled }: CreatedHook): string {
  const place = relative(process.cwd(), directory)
  const steps = [
    ...(place === '' ? [] : [`cd ${place}`]),
    ...(isInstalled ? [] : ['npm install']),
    'npm run check     # lint, types, tests, build, publint',
    'npm publish       # checks it all again',
  ]
  return `${packageName} is made, with the hook ${className} in src/hook.ts. Next:\n\n  ${steps.join('\n  ')}\n`
}

async function ownVersion(): Promise<string> {
  const manifest: { version: string } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

try {
  process.stdout.write(await run())
} catch (error) {
  process.exitCode = 1
  const text = error instanceof CreateHookError ? error.message : error instanceof Error ? error.stack : error
  process.stderr.write(`create-hook: ${text}\n`)
}
