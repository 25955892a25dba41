/** As Python's `format(value, '.4f')`: a number in the middle between two goes to the even one. */
export function formatFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value)
  return value < 0 || Object.is(value, -0) ? `-${fixed(-value, digits)}` : fixed(value, digits)
}

/** As Python's `format(value, '.4e')`: `1.0000e-02`. */
export function formatExponent(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value)
  const [mantissa = '', exponent = '0'] = value.toExponential(digits).split('e')
  const power = Number(exponent)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

// `toFixed` takes the larger of two neighbours that are equally near; a hundred digits show such a tie.
function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits)
  if (value >= 1e15 || !mayBeTie(value, digits)) return rounded
  const rest = value.toFixed(100).split('.')[1]?.slice(digits) ?? ''
  const isTie = /^50*$/.test(rest)
  const isOdd = Number(rounded.at(-1)) % 2 === 1
  return isTie && isOdd ? value.toFixed(100).slice(0, rounded.length).replace(/\.$/, '') : rounded
}

/** A hundred digits are dear, so only what lies near the middle gets a look at them. */
function mayBeTie(value: number, digits: number): boolean {
  const scaled = value * 10 ** digits
  return scaled > 2 ** 40 || Math.abs((scaled % 1) - 0.5) < 1e-3
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  return value > 0 ? 'inf' : '-inf'
}

/** Seconds as `H:MM:SS`, with days before it where there are some. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const days = Math.floor(whole / 86_400)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = `${Math.floor((whole % 86_400) / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  if (days === 0) return clock
  return `${days} ${days === 1 ? 'day' : 'days'}, ${clock}`
}
