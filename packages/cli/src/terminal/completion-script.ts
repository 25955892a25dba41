import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export function isShell(name: string): name is Shell {
  return shells.some((shell) => shell === name)
}

/** What can follow the words of a command. */
interface Place {
  /** Such as `ckpt show`; empty for the program itself. */
  readonly words: readonly string[]
  readonly commands: readonly Completion[]
  readonly options: readonly Completion[]
  /** True where a file may follow. */
  readonly takesFiles: boolean
}

interface Completion {
  readonly word: string
  readonly description: string
}

/**
 * Scripts that know all commands and options by themselves: a shell that asked the program at each tab would start Node each
 * time, and would have to hand it the words of a line without evaluating them.
 */
export const completionScripts: Readonly<Record<Shell, (program: Command) => string>> = {
  bash: (program) => bashScript(program.name(), placesOf(program)),
  zsh: (program) => zshScript(program.name(), placesOf(program)),
  fish: (program) => fishScript(program.name(), placesOf(program)),
}

function placesOf(command: Command, words: readonly string[] = []): Place[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const place: Place = {
    words,
    commands: commands.map((inner) => ({ word: inner.name(), description: inner.description() })),
    options: help
      .visibleOptions(command)
      .map(({ long, flags, description }) => ({ word: long ?? flags, description })),
    takesFiles: command.registeredArguments.length > 0 && command.name() !== 'completion',
  }
  const inner = commands
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => placesOf(one, [...words, one.name()]))
  return [place, ...inner]
}

function wordsOf({ words, commands, options }: Place): string {
  const arguments_ = words[0] === 'completion' ? [...shells] : []
  return [...[...commands, ...options].map(({ word }) => word), ...arguments_].join(' ')
}

/** bash's own means alone; file names come from readline where no word fits. */
function bashScript(name: string, places: readonly Place[]): string {
  const cases = places
    .filter(({ words }) => words.length > 0)
    .map((place) => `    '${place.words.join(' ')}'*) words='${wordsOf(place)}' ;;`)
    // Longer ones first: the first that fits is taken.
    .sort((a, b) => b.indexOf('*') - a.indexOf('*'))
  return `# ${name}: completion for bash
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line="\${COMP_WORDS[*]:1:COMP_CWORD-1}" words
  case "$line" in
${cases.join('\n')}
    *) words='${wordsOf(places[0] ?? noPlace)}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}`
}

/** Descriptions beside the words; files where a command takes some. */
function zshScript(name: string, places: readonly Place[]): string {
  const cases = [...places]
    .sort((a, b) => b.words.length - a.words.length)
    .map((place) => {
      const pattern = place.words.length === 0 ? '*' : `'${place.words.join(' ')}'*`
      const entries = [...place.commands, ...place.options].map(
        ({ word, description }) => `'${word}:${zshText(description)}'`,
      )
      const shellWords = place.words[0] === 'completion' ? shells.map((shell) => `'${shell}'`) : []
      return `    ${pattern}) words=(${[...entries, ...shellWords].join(' ')})${place.takesFiles ? '; files=1' : ''} ;;`
    })
  return `#compdef ${name}
_${name}() {
  local line="\${(j: :)words[2,CURRENT-1]}" files=0
  local -a words
  case "$line" in
${cases.join('\n')}
  esac
  _describe '${name}' words
  # Options that take a value may want a file too.
  [[ $files == 1 || $line == *--* ]] && _files
  return 0
}
compdef _${name} ${name}`
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = places.flatMap((place) => {
    const condition = fishCondition(place)
    const shellWords =
      place.words[0] === 'completion' ? shells.map((word) => ({ word, description: '' })) : []
    return [
      ...[...place.commands, ...shellWords].map(
        ({ word, description }) =>
          `complete -c ${name} -n '${condition}' -f -a '${word}' -d '${fishText(description)}'`,
      ),
      ...place.options.map(
        ({ word, description }) =>
          `complete -c ${name} -n '${condition}' -l '${word.replace(/^--/, '')}' -d '${fishText(description)}'`,
      ),
    ]
  })
  return [`# ${name}: completion for fish`, ...lines].join('\n')
}

function fishCondition({ words, commands }: Place): string {
  if (words.length === 0) return '__fish_use_subcommand'
  const inside = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
  const inner = commands.map(({ word }) => word).join(' ')
  return inner === '' ? inside : `${inside}; and not __fish_seen_subcommand_from ${inner}`
}

const noPlace: Place = { words: [], commands: [], options: [], takesFiles: false }

function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(':', '\\:').replaceAll('`', '')
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}
