import { parseArgs } from 'node:util'
import { CreateHookError } from './create-hook-error.js'
import { type Licence, licences } from './licence.js'

/** What the command line asks for. */
export interface Request {
  readonly name: string
  readonly scope: string | undefined
  /** Default: the name of the package, in the current folder. */
  readonly dir: string | undefined
  readonly description: string | undefined
  readonly licence: Licence
  readonly git: boolean
  readonly install: boolean
}

export const help = `Usage: npm create @hookloop/hook NAME [-- options]

Makes a package with a hook for hookloop: TypeScript, options that are checked, a test of the contract of
hooks, lint, changesets, CI. It passes its own checks at once.

  NAME                   of the package, such as my-hook or @me/my-hook
  --scope <scope>        makes it @scope/NAME
  --dir <folder>         where it goes (default: a new folder with its name)
  --description <text>   one sentence for its README and package.json
  --license <licence>    ${licences.join(', ')} (default: ${licences[0]})
  --no-git               do not make a git repository
  --no-install           do not install what it needs
  --help, --version

The class and the name in configs come from NAME: my-hook makes MyHook, hook-gradient-norm GradientNormHook.
`

/**
 * Reads the arguments after the program's name.
 * @throws `HL_CREATE_ARGUMENTS` for what is unknown, missing or too much
 */
export function readArguments(args: readonly string[]): Request | 'help' | 'version' {
  const { values, positionals } = parsed(args)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const [name, ...rest] = positionals
  if (name === undefined) throw mistake('the name of the hook is missing')
  if (rest.length > 0) throw mistake(`one name is enough, but ${positionals.join(' ')} was given`)
  return {
    name,
    scope: values.scope,
    dir: values.dir,
    description: readDescription(values.description),
    licence: readLicence(values.license),
    git: values.git,
    install: values.install,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        scope: { type: 'string' },
        dir: { type: 'string' },
        description: { type: 'string' },
        license: { type: 'string' },
        git: { type: 'boolean', default: true },
        install: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw mistake(error instanceof Error ? error.message : String(error))
  }
}

function readLicence(wanted: string | undefined): Licence {
  if (wanted === undefined) return licences[0]
  const licence = licences.find((known) => known.toLowerCase() === wanted.toLowerCase())
  if (licence !== undefined) return licence
  throw mistake(
    `--license is '${wanted}', but must be one of ${licences.join(', ')}; for another one take ${licences[0]} and ` +
      'change LICENSE and package.json afterwards',
  )
}

function readDescription(description: string | undefined): string | undefined {
  if (description === undefined || /^[^\n\r]*\S[^\n\r]*$/.test(description)) return description?.trim()
  throw mistake('--description must be one line of text')
}

function mistake(message: string): CreateHookError {
  return new CreateHookError(
    'HL_CREATE_ARGUMENTS',
    `${message}. Usage: npm create @hookloop/hook my-hook; --help tells more`,
  )
}
