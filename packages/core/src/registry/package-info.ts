/** Who registers something: written once per package in `src/package-info.ts`. */
export interface PackageInfo {
  /** npm name, such as `@hookloop/hook-ema`. */
  readonly name: string
  readonly version: string
  /** `import.meta.url` of the package, to tell copies apart. */
  readonly url: string
  /** The hook API version that the package was written for. */
  readonly hookApi: number
}
