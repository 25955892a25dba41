import { type Row, shortRow } from './example-rows.js'

/** What a caption says of one example. */
export interface Verdict {
  readonly truth?: string | undefined
  readonly prediction?: string | undefined
  /** Of the predicted class. */
  readonly score?: string | undefined
  /** Undefined where nobody can tell, such as for numbers that are only near each other. */
  readonly isRight?: boolean | undefined
  /** A class number that is none, among labels that are. */
  readonly strangeLabel?: StrangeLabel | undefined
}

export interface StrangeLabel {
  readonly label: number
  readonly classCount: number
}

/** A class of an example, and what the model thinks of it. */
interface Choice {
  /** -1 where the scores hold NaN: then there is no best one. */
  readonly index: number
  readonly score?: number
}

/**
 * Compares truth and prediction as classes where they are classes, and tells both as text where they are not.
 * @param truth class numbers, one-hot rows, or anything else
 * @param prediction scores per class, one score between two classes, class numbers, or anything else
 * @param classes names by number
 */
export function verdicts(
  truth: readonly Row[] | undefined,
  prediction: readonly Row[] | undefined,
  classes: readonly string[] = [],
): Verdict[] {
  const classCount = countClasses(truth, prediction, classes)
  const truths = truth && trueClasses(truth, classCount, classes.length > 0)
  const isScored = truths !== undefined || (truth === undefined && areScores(prediction, classes))
  const choices = prediction && isScored ? choicesOf(prediction, classCount) : undefined
  // Only together do they make sense: a class beside a number that is none would mislead.
  const areClasses = (truth === undefined || truths) && (prediction === undefined || choices)
  return Array.from({ length: Math.max(truth?.length ?? 0, prediction?.length ?? 0) }, (_, place) => {
    if (areClasses) return classVerdict(truths?.[place], choices?.[place], classes, classCount)
    return { truth: textOf(truth?.[place]), prediction: textOf(prediction?.[place]) }
  })
}

/** As many as there are scores, else names, else places in a one-hot row; endless where nothing tells. */
function countClasses(
  truth: readonly Row[] | undefined,
  prediction: readonly Row[] | undefined,
  classes: readonly string[],
): number {
  const [scores = 0, labels = 0] = [prediction?.[0]?.length, truth?.[0]?.length]
  if (scores > 1) return scores
  if (classes.length > 0) return classes.length
  return labels > 1 ? labels : Number.POSITIVE_INFINITY
}

/**
 * Class numbers as they are, rows that share out 1 by their largest share; undefined for anything else.
 * @param areNamed then whole numbers are class numbers, even where none of them has a name
 */
function trueClasses(rows: readonly Row[], classCount: number, areNamed: boolean): number[] | undefined {
  const numbers = wholeNumbers(rows) ?? []
  const known = numbers.filter((number) => isClassNumber(number, classCount))
  // One label that is wrong does not take the names of the others away, where it is known how many classes there are.
  const mayBeStrange = areNamed || (known.length > 0 && Number.isFinite(classCount))
  if (numbers.length === rows.length && (mayBeStrange || known.length === numbers.length)) return numbers
  if (!rows.every((row) => row.length === classCount && isDistribution(row))) return undefined
  return rows.map((row) => bestOf(row).index)
}

function choicesOf(rows: readonly Row[], classCount: number): Choice[] | undefined {
  const numbers = classNumbers(rows, classCount)
  if (numbers !== undefined) return numbers.map((index) => ({ index }))
  if (rows.every((row) => row.length > 1 && row.length === classCount && row.every(isNumber)))
    return rows.map(bestOf)
  // One output between two classes is the score of the second.
  if (classCount === 2 && rows.every(isShare)) return rows.map(([score]) => betweenTwo(Number(score)))
  return undefined
}

function classNumbers(rows: readonly Row[], classCount: number): number[] | undefined {
  const numbers = wholeNumbers(rows)
  return numbers?.every((number) => isClassNumber(number, classCount)) ? numbers : undefined
}

function wholeNumbers(rows: readonly Row[]): number[] | undefined {
  const isWhole = ([value, ...more]: Row) => Number.isInteger(value) && more.length === 0
  return rows.every(isWhole) ? rows.map(([value]) => Number(value)) : undefined
}

function isClassNumber(number: number, classCount: number): boolean {
  return number >= 0 && number < classCount
}

/** Without a truth to compare with, a row of numbers needs a sign that it holds scores. */
function areScores(rows: readonly Row[] | undefined, classes: readonly string[]): boolean {
  return (
    rows?.every((row) => row.length === classes.length || isDistribution(row) || row.length === 1) ?? false
  )
}

function bestOf(row: Row): { index: number; score: number } {
  const scores = row.map(Number)
  const score = scores.reduce((best, other) => Math.max(best, other), Number.NEGATIVE_INFINITY)
  return { index: scores.indexOf(score), score }
}

function betweenTwo(score: number): Choice {
  return score > 0.5 ? { index: 1, score } : { index: 0, score: 1 - score }
}

function isDistribution(row: Row): boolean {
  const sum = row.reduce<number>((total, value) => total + Number(value), 0)
  return row.length > 1 && row.every((value) => isNumber(value) && value >= 0) && Math.abs(sum - 1) < 1e-2
}

function isShare([value, ...more]: Row): boolean {
  return isNumber(value) && value >= 0 && value <= 1 && more.length === 0
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function classVerdict(
  truth: number | undefined,
  choice: Choice | undefined,
  classes: readonly string[],
  classCount: number,
): Verdict {
  const nameOf = (index: number) => classes[index] ?? String(index)
  const isStrange = truth !== undefined && !isClassNumber(truth, classCount)
  return {
    truth: truth === undefined ? undefined : nameOf(truth),
    prediction: choice && (choice.index < 0 ? 'NaN' : nameOf(choice.index)),
    score: choice?.score === undefined || choice.index < 0 ? undefined : scoreText(choice.score),
    isRight: truth === undefined || choice === undefined || isStrange ? undefined : truth === choice.index,
    strangeLabel: isStrange ? { label: truth, classCount } : undefined,
  }
}

function textOf(row: Row | undefined): string | undefined {
  if (row === undefined || row.length > shortRow) return undefined
  return row.map((value) => (isNumber(value) ? shortNumber(value) : value)).join(', ')
}

function scoreText(score: number): string {
  return Math.abs(score) < 1000 ? score.toFixed(2) : score.toPrecision(3)
}

/** Two decimals, or three digits where these would say little. */
function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const size = Math.abs(value)
  return size >= 0.01 && size < 1000 ? value.toFixed(2) : value.toPrecision(3)
}
