import type { StandardSchemaV1 } from '@standard-schema/spec'
import { HookloopError } from '../errors/hookloop-error.js'
import { checkPackage } from './compatibility.js'
import { knownKindOf, knownPackageOf, knownTypes } from './known-packages.js'
import { didYouMean, nearestNames } from './nearest.js'
import type { PackageInfo } from './package-info.js'

/** A class that a registry can build: what the system passes first, then the options of the config. */
export type Buildable<Instance, Context extends readonly unknown[]> = new (
  ...args: [...context: Context, options: never]
) => Instance

/** What else is known of a registered class. */
export interface RegistrationDetails {
  /** Checks the options of a config before anything is built; valibot, zod and arktype schemas fit. */
  readonly options?: StandardSchemaV1
  /** Options where a config says nothing; kept with each run, for people to read. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** The registry that builds the configs which an option holds, so that they are checked along with it. */
  readonly nested?: (option: string) => Catalogue | undefined
  /** For what is known by name only: why it is not here, and what to use. */
  readonly unavailable?: string
}

/** One registered class. */
export interface Registration<
  Instance,
  Context extends readonly unknown[],
  Details extends RegistrationDetails,
> {
  readonly type: string
  readonly Class: Buildable<Instance, Context>
  readonly packageInfo: PackageInfo
  readonly details: Partial<Details>
}

/** {@link RegistrationDetails} where each of them may be missing. */
export type KnownDetails = {
  readonly [Name in keyof RegistrationDetails]: RegistrationDetails[Name] | undefined
}

/** What a check of configs needs to know of a registry, whatever it builds. */
export interface Catalogue {
  readonly kind: string
  find(type: string): { readonly details: KnownDetails } | undefined
  names(): string[]
  explainUnknown(type: string): string
}

/** Builds objects of one kind from `{ type: 'Name', ...options }`. */
export class Registry<
  Instance,
  Context extends readonly unknown[] = [],
  Details extends RegistrationDetails = RegistrationDetails,
> implements Catalogue
{
  readonly #entries = new Map<string, Registration<Instance, Context, Details>>()

  /** @param kind what it holds, for messages, such as `hook` */
  constructor(readonly kind: string) {}

  /**
   * Makes `type` known.
   * @throws `HL_NAME_TAKEN` when another class has this name
   * @throws `HL_REGISTRATION` for what is no name, class or package info
   * @throws `HL_HOOK_API`, `HL_CORE_TWICE` when the package does not fit this core
   */
  register(
    type: string,
    Class: Buildable<Instance, Context>,
    packageInfo: PackageInfo,
    details: Partial<Details> = {},
  ): void {
    checkPackage(type, Class, packageInfo)
    const present = this.#entries.get(type)
    if (present !== undefined && present.Class !== Class) throw this.#nameTaken(present, packageInfo)
    this.#entries.set(type, { type, Class, packageInfo, details })
  }

  /** @throws `HL_UNKNOWN_TYPE` with the nearest names and, for known packages, the install command */
  get(type: string): Registration<Instance, Context, Details> {
    const entry = this.#entries.get(type)
    if (entry === undefined) throw new HookloopError('HL_UNKNOWN_TYPE', this.explainUnknown(type))
    return entry
  }

  find(type: string): Registration<Instance, Context, Details> | undefined {
    return this.#entries.get(type)
  }

  /** The registration of the class that made `instance`. */
  of(instance: object): Registration<Instance, Context, Details> | undefined {
    for (const entry of this.#entries.values()) if (entry.Class === instance.constructor) return entry
    return undefined
  }

  /** The registered name of an object's class, which a minifier leaves alone; that of the class where it has none. */
  nameOf(instance: object): string {
    return this.of(instance)?.type ?? instance.constructor.name
  }

  names(): string[] {
    return [...this.#entries.keys()]
  }

  entries(): Iterable<Registration<Instance, Context, Details>> {
    return this.#entries.values()
  }

  /** Makes the object that a config describes; `type` is taken off, the rest are its options. */
  build(config: { readonly type: string }, ...context: Context): Instance {
    const { type, ...options } = config
    // The schema of the registration checks the options; their type is known only to the package.
    return Reflect.construct(this.get(type).Class, [...context, options])
  }

  /** Why `type` cannot be built, and what to do. */
  explainUnknown(type: string): string {
    return `no ${this.kind} is registered as '${type}'. ${this.#remedy(type)}`
  }

  #remedy(type: string): string {
    const home = knownPackageOf(this.kind, type)
    if (home !== undefined) return installAndImport(type, home)
    const near = nearestNames(type, new Set([...this.names(), ...knownTypes(this.kind)]))
    const [nearest] = near
    if (nearest !== undefined) {
      const nearestHome = this.#entries.has(nearest) ? undefined : knownPackageOf(this.kind, nearest)
      return [didYouMean(type, near), nearestHome && installAndImport(nearest, nearestHome)]
        .filter(Boolean)
        .join(' ')
    }
    const otherKind = knownKindOf(type)
    if (otherKind !== undefined)
      return `'${type}' is the name of ${/^[aeiou]/.test(otherKind) ? 'an' : 'a'} ${otherKind}`
    return `Registered: ${this.names().join(', ') || 'none'}. Import the package that registers it`
  }

  #nameTaken(present: Registration<Instance, Context, Details>, newcomer: PackageInfo): HookloopError {
    const { name, version, url } = present.packageInfo
    const remedy =
      name === newcomer.name
        ? `Two copies of ${name} are installed: run \`npm ls ${name}\`, align the versions, then \`npm dedupe\``
        : `Remove one of the packages, e.g. npm uninstall ${newcomer.name}`
    return new HookloopError(
      'HL_NAME_TAKEN',
      `the ${this.kind} '${present.type}' of ${newcomer.name} ${newcomer.version} (${newcomer.url}) is already ` +
        `registered by ${name} ${version} (${url}). ${remedy}`,
    )
  }
}

function installAndImport(type: string, home: string): string {
  return `${type} comes with ${home}: run \`npm install ${home}\` and add \`import '${home}'\``
}
