import { readFile } from 'node:fs/promises'

/** SPDX names of the licences whose text comes along; the first is the default. */
export const licences = ['MIT', 'Apache-2.0', 'ISC'] as const

/** The licences that a package can be made with. */
export type Licence = (typeof licences)[number]

/** The text of a licence. @param holder whose copyright it is */
export async function licenceText(licence: Licence, holder: string, year: number): Promise<string> {
  const text = await readFile(new URL(`../texts/${licence}.txt`, import.meta.url), 'utf8')
  return text.replace('{{year}}', String(year)).replace('{{holder}}', () => holder)
}
