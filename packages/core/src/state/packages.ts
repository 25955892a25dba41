import type { Checkpoint } from './checkpoint.js'

/** Versions by package name. */
export type Packages = Readonly<Record<string, string>>

/** A package that is not what it was when a checkpoint was saved. */
export interface PackageChange {
  readonly name: string
  /** Its version then; undefined where it was not in the run. */
  readonly before: string | undefined
  /** Its version now; undefined where it is not here. */
  readonly now: string | undefined
}

/** Core and the packages of everything that took part in the run that saved a checkpoint; empty for weights of other programs. */
export function packagesOf({ meta }: Pick<Checkpoint, 'meta'>): Packages {
  return meta.packages
}

/** What differs between the packages of a checkpoint and those that are here, by name. */
export function comparePackages(before: Packages, now: Packages): PackageChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .sort()
    .map((name) => ({ name, before: before[name], now: now[name] }))
    .filter((change) => change.before !== change.now)
}

/** One line about a change, with the command that undoes it. */
export function describeChange({ name, before, now }: PackageChange): string {
  if (before === undefined) return `${name} ${now} was not there when the checkpoint was trained`
  const install = `npm install ${name}@${before}`
  return now === undefined
    ? `the checkpoint was trained with ${name} ${before}, which is not in this run; to have it back: ${install}, and import it`
    : `the checkpoint was trained with ${name} ${before}, now it is ${now}; to have the old one back: ${install}`
}
