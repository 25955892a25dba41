import seedrandom from 'seedrandom'

/**
 * Alea, the generator that tfjs draws from: a multiply-with-carry of lag 3 in base 2^32. Each number is
 * `multiplier * (the third last) + carry`, in units of 2^-32: what is below 1 is the number, the rest the next carry.
 */
interface State {
  /** The last three numbers, the oldest first. */
  readonly s0: number
  readonly s1: number
  readonly s2: number
  readonly c: number
}

const multiplier = 2_091_639
const unit = 2 ** -32
/** With fewer numbers, a jump costs more than it spares. */
const leastToDivide = 2048

/**
 * The first numbers that `seedrandom.alea(String(seed))` gives, as `min + range * number`, rounded to float32. Each waits for
 * the one before, so that a processor is idle most of the time; hence four parts of the sequence are drawn side by side.
 */
export function drawUniform(seed: number, count: number, min = 0, range = 1): Float32Array {
  const values = new Float32Array(count)
  const begin = stateOf(seed)
  const part = count < leastToDivide ? 0 : Math.floor(count / 4)
  const rest = part === 0 ? begin : drawParts(begin, part, values, min, range)
  drawRest(rest, 4 * part, values, min, range)
  return values
}

/** The numbers themselves, one after the other. */
export function generatorOf(seed: number): () => number {
  return seedrandom.alea(seed.toString())
}

function stateOf(seed: number): State {
  return seedrandom.alea(seed.toString(), { state: true }).state()
}

/** Draws four parts of so many numbers. @returns the state after the last */
function drawParts(begin: State, part: number, values: Float32Array, min: number, range: number): State {
  const jump = jumpOf(part)
  const second = jumped(begin, jump)
  const third = jumped(second, jump)
  const fourth = jumped(third, jump)
  // Local variables stay in registers; fields of objects would not.
  let { s0: p0, s1: p1, s2: p2, c: pc } = begin
  let { s0: q0, s1: q1, s2: q2, c: qc } = second
  let { s0: r0, s1: r1, s2: r2, c: rc } = third
  let { s0: t0, s1: t1, s2: t2, c: tc } = fourth
  for (let at = 0; at < part; at++) {
    const p = multiplier * p0 + pc * unit
    const q = multiplier * q0 + qc * unit
    const r = multiplier * r0 + rc * unit
    const t = multiplier * t0 + tc * unit
    pc = p | 0
    qc = q | 0
    rc = r | 0
    tc = t | 0
    p0 = p1
    q0 = q1
    r0 = r1
    t0 = t1
    p1 = p2
    q1 = q2
    r1 = r2
    t1 = t2
    p2 = p - pc
    q2 = q - qc
    r2 = r - rc
    t2 = t - tc
    values[at] = min + range * p2
    values[part + at] = min + range * q2
    values[2 * part + at] = min + range * r2
    values[3 * part + at] = min + range * t2
  }
  return { s0: t0, s1: t1, s2: t2, c: tc }
}

function drawRest(
  { s0, s1, s2, c }: State,
  begin: number,
  values: Float32Array,
  min: number,
  range: number,
): void {
  for (let at = begin; at < values.length; at++) {
    const next = multiplier * s0 + c * unit
    c = next | 0
    s0 = s1
    s1 = s2
    s2 = next - c
    values[at] = min + range * s2
  }
}

// Read as one number, a state is multiplied by a constant in each step, so that many steps are one multiplication too.
const base = 1n << 32n
const modulus = BigInt(multiplier) * base ** 3n - 1n
const oneStep = BigInt(multiplier) * base ** 2n
const jumps = new Map<number, bigint>()

/** What a state is multiplied by in so many steps. */
function jumpOf(steps: number): bigint {
  const jump = jumps.get(steps) ?? power(oneStep, steps)
  jumps.set(steps, jump)
  return jump
}

function power(factor: bigint, exponent: number): bigint {
  let result = 1n
  for (let bit = 2 ** Math.floor(Math.log2(exponent)); bit >= 1; bit /= 2) {
    result = (result * result) % modulus
    if (Math.floor(exponent / bit) % 2 === 1) result = (result * factor) % modulus
  }
  return result
}

function jumped({ s0, s1, s2, c }: State, jump: bigint): State {
  const number = ((BigInt(c) * base + whole(s2)) * base + whole(s1)) * base + whole(s0)
  const result = (number * jump) % modulus
  const digit = (place: bigint) => Number((result / base ** place) % base) * unit
  return { s0: digit(0n), s1: digit(1n), s2: digit(2n), c: Number(result / base ** 3n) }
}

function whole(fraction: number): bigint {
  return BigInt(fraction / unit)
}
