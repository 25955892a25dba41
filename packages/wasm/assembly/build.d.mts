/** The text of src/products-binary.ts as the source has it now. */
export function compiled(): Promise<string>
/** The text of src/products-binary.ts. */
export function present(): string
