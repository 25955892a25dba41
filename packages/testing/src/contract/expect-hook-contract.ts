import type { HookContractOptions, HookMaker } from './options.js'

export async function expectHookContract<Options>(
  make: HookMaker<Options>,
  options: HookContractOptions<Options> = {},
): Promise<void> {
  void make
  void options
}
