import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'

const exitCodeHelp = `
Exit codes: 0 it went well; 1 a run failed, or damage, differences or problems were found;
2 the command, the config or the project cannot be; 130 interrupted by Ctrl-C (143 by SIGTERM).`

/** The commands, their arguments and options; each loads its code when it is called. */
export function hookloopProgram(): Command {
  const program = new Command('hookloop')
    .description(
      'Trains and tests TensorFlow.js models from config files, and looks at hooks, checkpoints and installs.',
    )
    .version(ownVersion())
    .exitOverride()
    .addHelpText('after', exitCodeHelp)
  configCommand(program, 'train', 'train a model')
    .addOption(
      new Option(
        '--resume [ckpt]',
        'go on from a checkpoint, by default from the last one of the work dir',
      ).preset(true),
    )
    .addOption(
      new Option('--fast-dev-run [n]', 'n batches of everything (default 1), and nothing is written')
        .argParser(wholeNumber)
        .preset('1'),
    )
    .option('--amp <mode>', 'only `no`: TensorFlow.js has no mixed precision')
    .option('--json', 'no log lines; how it ended, as JSON')
    .action(async (config, options) => {
      await ended(async () => (await import('./commands/train.js')).train(config, options))
    })
  configCommand(program, 'test', 'test a checkpoint')
    .argument('<ckpt>', 'checkpoint file')
    .option('--json', 'no log lines; the metrics as JSON')
    .action(async (config, ckpt, options) => {
      await ended(async () => (await import('./commands/test.js')).test(config, ckpt, options))
    })
  configCommand(
    program,
    'print-config',
    'print a config as it is in force: with what it extends, overrides and default hooks',
  )
    .option('--json', 'as JSON')
    .action(async (config, options) => {
      await ended(async () => (await import('./commands/print-config.js')).printConfig(config, options))
    })
  projectCommand(program, 'hooks', 'list the hooks that are installed, and what else there is')
    .option('--json', 'as JSON')
    .action(async (options) => {
      await ended(async () => (await import('./commands/hooks.js')).hooks(options))
    })
  projectCommand(
    program,
    'types',
    'write hookloop-env.d.ts, by which editors know the hooks that are installed',
  ).action(async (options) => {
    await ended(async () => (await import('./commands/types.js')).types(options))
  })
  projectCommand(program, 'doctor', 'find what is wrong with an install, and say what to do')
    .option('--ckpt <file>', 'say which versions to install to reproduce the run of a checkpoint')
    .option('--work-dir <dir>', 'the work dir to look at', 'work_dirs')
    .option('--json', 'as JSON')
    .action(async (options) => {
      await ended(async () => (await import('./commands/doctor.js')).doctor(options))
    })
  addCheckpointCommands(program)
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', completionHelp)
    .action(async (shell) => {
      await ended(async () => (await import('./commands/completion.js')).completion(shell, program))
    })
  return program
}

const completionHelp = `
bash: add to ~/.bashrc                     source <(hookloop completion bash)
zsh:  add to ~/.zshrc                      source <(hookloop completion zsh)
fish: hookloop completion fish > ~/.config/fish/completions/hookloop.fish`

function addCheckpointCommands(program: Command): void {
  const ckpt = program.command('ckpt').description('look at checkpoints')
  withVerbose(ckpt.command('show'))
    .description('what is in checkpoints: where they stand, packages, tensors')
    .argument('<files...>', 'checkpoint files')
    .option('--json', 'as JSON')
    .action(async (files, options) => {
      await ended(async () => (await import('./commands/ckpt-show.js')).showCheckpoints(files, options))
    })
  withVerbose(ckpt.command('diff'))
    .description('what two checkpoints differ in; exit code 1 where they do')
    .argument('<a>', 'checkpoint file')
    .argument('<b>', 'checkpoint file')
    .option('--json', 'as JSON')
    .action(async (a, b, options) => {
      await ended(async () => (await import('./commands/ckpt-diff.js')).diffCheckpoints(a, b, options))
    })
  withVerbose(ckpt.command('verify'))
    .description('whether checkpoints are whole; exit code 1 where one is not')
    .argument('<files...>', 'checkpoint files')
    .option('--json', 'as JSON')
    .action(async (files, options) => {
      await ended(async () => (await import('./commands/ckpt-verify.js')).verifyCheckpoints(files, options))
    })
}

function configCommand(program: Command, name: string, description: string): Command {
  return withVerbose(program.command(name))
    .description(description)
    .argument('<config>', 'a config file: .ts, .js or .json')
    .option(
      '--work-dir <dir>',
      'where checkpoints and logs go (default: that of the config, or work_dirs/<name of the config>)',
    )
    .option(
      '--cfg-options <path=value...>',
      'replace single options, such as trainCfg.maxEpochs=3 customHooks.0.momentum=0.1',
    )
    .option('--no-auto-import', 'leave the import of hooks to the config')
}

function projectCommand(program: Command, name: string, description: string): Command {
  return withVerbose(program.command(name))
    .description(description)
    .option('--project <dir>', 'folder of the project', '.')
}

function withVerbose(command: Command): Command {
  return command.option('--verbose', 'stacks of errors, and what was imported')
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

async function ended(command: () => Promise<number>): Promise<void> {
  process.exitCode = await command()
}

function ownVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
