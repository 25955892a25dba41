/** A picture of one white pixel. */
export const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTbv1QAAAABJRU5ErkJggg==',
    'base64',
  ),
)
