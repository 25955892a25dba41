import { checkFile } from '../checkpoint/check-file.js'
import { packagesOf, partsOf } from '../checkpoint/parts.js'
import { type CheckpointHeader, readCheckpointHeader } from '../checkpoint/read-checkpoint.js'
import { type Fields, isPlainObject } from '../config/plain-object.js'
import { exitCodes } from '../exit-code.js'
import { print, printJson } from '../terminal/print.js'
import { bytesText, table } from '../terminal/table.js'
import type { DataArguments } from './common.js'

/** `hookloop ckpt show`. @returns the exit code @throws CliError `HL_CLI_CHECKPOINT` */
export async function showCheckpoints(files: readonly string[], { json }: DataArguments): Promise<number> {
  for (const file of files) checkFile(file)
  const headers: (readonly [file: string, header: CheckpointHeader])[] = []
  for (const file of files) headers.push([file, await readCheckpointHeader(file)])
  if (json === true) printJson(headers.map(([file, header]) => asData(file, header)))
  else print(headers.map(([file, header]) => asText(file, header)).join('\n\n'))
  return exitCodes.ok
}

function asData(file: string, header: CheckpointHeader): Fields {
  const { format, checksum, json } = partsOf(header.metadata)
  return { file, bytes: header.fileBytes, format, checksum, ...json, tensors: tensorsOf(header) }
}

function tensorsOf({
  tensors,
}: CheckpointHeader): { name: string; dtype: string; shape: readonly number[]; bytes: number }[] {
  return [...tensors]
    .map(([name, { dtype, shape, begin, end }]) => ({ name, dtype, shape, bytes: end - begin }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

function asText(file: string, header: CheckpointHeader): string {
  const parts = partsOf(header.metadata)
  const tensors = tensorsOf(header)
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0)
  const rows = tensors.map(({ name, dtype, shape, bytes }) => [
    name,
    dtype,
    `[${shape.join(', ')}]`,
    bytesText(bytes),
  ])
  return [
    `${file}  ${bytesText(header.fileBytes)}, ${parts.isOurs ? parts.format : 'weights of another program'}`,
    ...truncation(header),
    table(factsOf(header), '  '),
    `  tensors (${tensors.length}, ${bytesText(total)})`,
    table(rows, '    '),
  ].join('\n')
}

function truncation({ byteLength, fileBytes }: CheckpointHeader): string[] {
  return byteLength === fileBytes
    ? []
    : [`  damaged: it has ${fileBytes} bytes, its header speaks of ${byteLength}`]
}

const positions = ['epoch', 'iter', 'batchInEpoch', 'validationDue'] as const
const shownMeta = ['time', 'experimentName', 'engine', 'seed'] as const

/** Facts by name; of the rest of the metadata, the names. */
function factsOf({ metadata }: CheckpointHeader): string[][] {
  const parts = partsOf(metadata)
  const { meta, loop, json } = parts
  const position: Fields = { epoch: meta.epoch, iter: meta.iter, ...loop }
  const known = new Set<string>([
    ...shownMeta,
    'epoch',
    'iter',
    'packages',
    'hookloopVersion',
    'cfg',
    'clock',
  ])
  const others = Object.entries(meta).filter(([name]) => !known.has(name))
  const packages = Object.entries(packagesOf(parts)).map(([name, version]) => `${name} ${version}`)
  return [
    [
      'position',
      positions
        .flatMap((name) => (position[name] === undefined ? [] : `${name} ${position[name]}`))
        .join(', '),
    ],
    ...shownMeta.map((name) => [name, String(meta[name] ?? '')]),
    ['trained for', secondsOf(meta.clock)],
    ...packages.map((line, index) => [index === 0 ? 'packages' : '', line]),
    ...others.map(([name, value]) => [name, shortened(JSON.stringify(value) ?? '')]),
    ['config', typeof meta.cfg === 'string' ? 'with --json under meta.cfg' : ''],
    ['parts', Object.keys(json).sort().join(', ')],
  ].filter(([, value]) => value !== '')
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function secondsOf(clock: unknown): string {
  const seconds = isPlainObject(clock) ? clock.seconds : undefined
  return typeof seconds === 'number' ? `${seconds.toFixed(1)} s` : ''
}
