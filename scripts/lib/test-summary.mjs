/**
 * @typedef {{ name: string, file: string, message: string }} TestNote
 * @typedef {{ passed: number, failed: number, skipped: number, failures: TestNote[], skips: TestNote[] }} Summary
 */

/**
 * Adds up vitest's JSON reports.
 * @param {{ project: string, report: any | undefined }[]} reports undefined: the project ended without a report
 * @returns {Summary}
 */
export function summarize(reports) {
  /** @type {Summary} */
  const summary = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }
  for (const { project, report } of reports) {
    if (report === undefined) {
      summary.failed += 1
      summary.failures.push({ name: project, file: project, message: 'its tests ended without a report' })
      continue
    }
    for (const file of report.testResults) addFile(summary, project, file)
  }
  return summary
}

function addFile(summary, project, file) {
  // A file that cannot be loaded has no tests, but it did fail.
  if (file.assertionResults.length === 0 && file.status === 'failed') {
    summary.failed += 1
    summary.failures.push({ name: file.name, file: project, message: firstLine(file.message) })
  }
  for (const { status, fullName, failureMessages, meta } of file.assertionResults) {
    const note = {
      name: fullName,
      file: project,
      message: firstLine(failureMessages?.[0] ?? meta?.skipReason ?? ''),
    }
    if (status === 'passed') summary.passed += 1
    else if (status === 'failed') {
      summary.failed += 1
      summary.failures.push(note)
    } else {
      summary.skipped += 1
      summary.skips.push(note)
    }
  }
}

function firstLine(text) {
  return String(text ?? '').split('\n')[0] ?? ''
}

/** @param {Summary} summary @param {boolean} [always] name the skipped ones even when there are none */
export function closingLine({ passed, failed, skipped }, always = false) {
  const counts = `${passed} passed, ${failed} failed`
  return skipped > 0 || always ? `${counts}, ${skipped} skipped` : counts
}
