// Products of float32 matrices in the heap of tfjs's backend, four rows at a time, and sums, with SIMD. Written in
// AssemblyScript.
//
// Pointers and strides are in bytes. XNNPACK copies the right side into an order of its own before each product, which
// takes as long as the product where the left side has few rows; these read it where it lies.
//
// A float32 that takes a million terms one after the other keeps three digits. Each sum here is made of partial sums.

/** Terms of a partial sum. */
const partial = 256

/**
 * Adds a product: `c += a · b`, `[rows, inner] · [inner, columns]`. Rows of `b` and `c` are contiguous.
 * @param aStep from one element of a row of `a` to the next: 4, or more where `a` lies transposed
 */
export function multiplyAdd(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (; inner > 0; inner -= partial) {
    addPartial(a, aRow, aStep, b, bRow, c, cRow, rows, min(inner, partial), columns)
    a += partial * aStep
    b += partial * bRow
  }
}

function addPartial(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (; rows >= 4; rows -= 4) {
    fourRows(a, aRow, aStep, b, bRow, c, cRow, inner, columns)
    a += aRow << 2
    c += cRow << 2
  }
  for (; rows > 0; rows--) {
    oneRow(a, aStep, b, bRow, c, inner, columns)
    a += aRow
    c += cRow
  }
}

function fourRows(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  inner: i32,
  columns: i32,
): void {
  const c1 = c + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  const a2 = aRow << 1
  const a3 = a2 + aRow
  let at: usize = 0
  for (; columns >= 8; columns -= 8) {
    let s00 = f32x4.splat(0)
    let s01 = f32x4.splat(0)
    let s10 = f32x4.splat(0)
    let s11 = f32x4.splat(0)
    let s20 = f32x4.splat(0)
    let s21 = f32x4.splat(0)
    let s30 = f32x4.splat(0)
    let s31 = f32x4.splat(0)
    let x = a
    let y = b + at
    for (let i = inner; i > 0; i--) {
      const b0 = v128.load(y)
      const b1 = v128.load(y, 16)
      const v0 = v128.load32_splat(x)
      s00 = f32x4.add(s00, f32x4.mul(v0, b0))
      s01 = f32x4.add(s01, f32x4.mul(v0, b1))
      const v1 = v128.load32_splat(x + aRow)
      s10 = f32x4.add(s10, f32x4.mul(v1, b0))
      s11 = f32x4.add(s11, f32x4.mul(v1, b1))
      const v2 = v128.load32_splat(x + a2)
      s20 = f32x4.add(s20, f32x4.mul(v2, b0))
      s21 = f32x4.add(s21, f32x4.mul(v2, b1))
      const v3 = v128.load32_splat(x + a3)
      s30 = f32x4.add(s30, f32x4.mul(v3, b0))
      s31 = f32x4.add(s31, f32x4.mul(v3, b1))
      x += aStep
      y += bRow
    }
    add4(c + at, s00)
    add4(c + at + 16, s01)
    add4(c1 + at, s10)
    add4(c1 + at + 16, s11)
    add4(c2 + at, s20)
    add4(c2 + at + 16, s21)
    add4(c3 + at, s30)
    add4(c3 + at + 16, s31)
    at += 32
  }
  for (; columns >= 4; columns -= 4) {
    let s0 = f32x4.splat(0)
    let s1 = f32x4.splat(0)
    let s2 = f32x4.splat(0)
    let s3 = f32x4.splat(0)
    let x = a
    let y = b + at
    for (let i = inner; i > 0; i--) {
      const values = v128.load(y)
      s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(x), values))
      s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(x + aRow), values))
      s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(x + a2), values))
      s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(x + a3), values))
      x += aStep
      y += bRow
    }
    add4(c + at, s0)
    add4(c1 + at, s1)
    add4(c2 + at, s2)
    add4(c3 + at, s3)
    at += 16
  }
  for (; columns > 0; columns--) {
    let s0: f32 = 0
    let s1: f32 = 0
    let s2: f32 = 0
    let s3: f32 = 0
    let x = a
    let y = b + at
    for (let i = inner; i > 0; i--) {
      const value = load<f32>(y)
      s0 += load<f32>(x) * value
      s1 += load<f32>(x + aRow) * value
      s2 += load<f32>(x + a2) * value
      s3 += load<f32>(x + a3) * value
      x += aStep
      y += bRow
    }
    add1(c + at, s0)
    add1(c1 + at, s1)
    add1(c2 + at, s2)
    add1(c3 + at, s3)
    at += 4
  }
}

function oneRow(a: usize, aStep: usize, b: usize, bRow: usize, c: usize, inner: i32, columns: i32): void {
  let at: usize = 0
  for (; columns >= 8; columns -= 8) {
    let s0 = f32x4.splat(0)
    let s1 = f32x4.splat(0)
    let x = a
    let y = b + at
    for (let i = inner; i > 0; i--) {
      const value = v128.load32_splat(x)
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(y)))
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(y, 16)))
      x += aStep
      y += bRow
    }
    add4(c + at, s0)
    add4(c + at + 16, s1)
    at += 32
  }
  for (; columns > 0; columns--) {
    let sum: f32 = 0
    let x = a
    let y = b + at
    for (let i = inner; i > 0; i--) {
      sum += load<f32>(x) * load<f32>(y)
      x += aStep
      y += bRow
    }
    add1(c + at, sum)
    at += 4
  }
}

/** Adds a product with the right side transposed: `c += a · bᵀ`, `[rows, inner] · [columns, inner]ᵀ`; rows are contiguous. */
export function multiplyAddTransposed(
  a: usize,
  aRow: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (; inner > 0; inner -= partial) {
    addPartialTransposed(a, aRow, b, bRow, c, cRow, rows, min(inner, partial), columns)
    a += 4 * partial
    b += 4 * partial
  }
}

function addPartialTransposed(
  a: usize,
  aRow: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  // Columns outside, so that few rows of `b` stay in the cache while all of `a` passes.
  let column = 0
  for (; column + 4 <= columns; column += 4) {
    let row = 0
    for (; row + 2 <= rows; row += 2)
      eightDots(a + <usize>row * aRow, aRow, b, bRow, c + <usize>row * cRow, cRow, inner)
    for (; row < rows; row++)
      for (let i: usize = 0; i < 4; i++)
        dot(a + <usize>row * aRow, b + i * bRow, c + <usize>row * cRow + (i << 2), inner)
    b += bRow << 2
    c += 16
  }
  for (; column < columns; column++) {
    for (let row = 0; row < rows; row++) dot(a + <usize>row * aRow, b, c + <usize>row * cRow, inner)
    b += bRow
    c += 4
  }
}

/** Two rows of `a` with four rows of `b`. */
function eightDots(a: usize, aRow: usize, b: usize, bRow: usize, c: usize, cRow: usize, inner: i32): void {
  const b1 = b + bRow
  const b2 = b1 + bRow
  const b3 = b2 + bRow
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s02 = f32x4.splat(0)
  let s03 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s12 = f32x4.splat(0)
  let s13 = f32x4.splat(0)
  let at: usize = 0
  for (; inner >= 4; inner -= 4) {
    const x0 = v128.load(a + at)
    const x1 = v128.load(a + aRow + at)
    const y0 = v128.load(b + at)
    s00 = f32x4.add(s00, f32x4.mul(x0, y0))
    s10 = f32x4.add(s10, f32x4.mul(x1, y0))
    const y1 = v128.load(b1 + at)
    s01 = f32x4.add(s01, f32x4.mul(x0, y1))
    s11 = f32x4.add(s11, f32x4.mul(x1, y1))
    const y2 = v128.load(b2 + at)
    s02 = f32x4.add(s02, f32x4.mul(x0, y2))
    s12 = f32x4.add(s12, f32x4.mul(x1, y2))
    const y3 = v128.load(b3 + at)
    s03 = f32x4.add(s03, f32x4.mul(x0, y3))
    s13 = f32x4.add(s13, f32x4.mul(x1, y3))
    at += 16
  }
  addSums(c, s00, s01, s02, s03)
  addSums(c + cRow, s10, s11, s12, s13)
  if (inner === 0) return
  for (let i: usize = 0; i < 4; i++) {
    const row = b + i * bRow + at
    dot(a + at, row, c + (i << 2), inner)
    dot(a + aRow + at, row, c + cRow + (i << 2), inner)
  }
}

/** Adds the sum of each of four vectors to four floats side by side. */
function addSums(c: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const low01 = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7)
  const low23 = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5)
  const high23 = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7)
  const sum01 = f32x4.add(low01, high01)
  const sum23 = f32x4.add(low23, high23)
  const first = v128.shuffle<f32>(sum01, sum23, 0, 1, 4, 5)
  const second = v128.shuffle<f32>(sum01, sum23, 2, 3, 6, 7)
  add4(c, f32x4.add(first, second))
}

function dot(a: usize, b: usize, c: usize, inner: i32): void {
  let sum: f32 = 0
  for (let at: usize = 0; inner > 0; inner--) {
    sum += load<f32>(a + at) * load<f32>(b + at)
    at += 4
  }
  add1(c, sum)
}

function add4(to: usize, values: v128): void {
  v128.store(to, f32x4.add(v128.load(to), values))
}

function add1(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value)
}

/** The sum of so many floats side by side, in double precision. */
export function sum(from: usize, count: i32): f64 {
  let s0 = f64x2.splat(0)
  let s1 = f64x2.splat(0)
  let s2 = f64x2.splat(0)
  let s3 = f64x2.splat(0)
  for (; count >= 8; count -= 8) {
    const low = v128.load(from)
    const high = v128.load(from, 16)
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(low))
    s1 = f64x2.add(s1, f64x2.promote_low_f32x4(v128.shuffle<f32>(low, low, 2, 3, 2, 3)))
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(high))
    s3 = f64x2.add(s3, f64x2.promote_low_f32x4(v128.shuffle<f32>(high, high, 2, 3, 2, 3)))
    from += 32
  }
  const all = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3))
  let total = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1)
  for (; count > 0; count--) {
    total += load<f32>(from)
    from += 4
  }
  return total
}
