export function count(value: number): string {
  return value.toLocaleString('en')
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

export function twoDigits(value: number): string {
  return String(Number(value.toPrecision(2)))
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}
