import { run } from './run.mjs'

const mmcv = 'mmcv==1.6.0'

/**
 * Adds MMCV, whose learning rate policies MMEngine's schedulers replace, to a Python with PyTorch. Without it only the
 * cases of kind `migration` are left out.
 * @param {string} python
 */
export async function addMmcv(python) {
  if ((await run([python, '-c', 'import mmcv'])).code === 0) return
  process.stdout.write(`installing ${mmcv} …\n`)
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  // Its set-up wants the old setuptools of this Python, and nothing here wants its compiled operators.
  await run([...pip, '--no-deps', '--no-build-isolation', 'wheel', mmcv], { env: { MMCV_WITH_OPS: '0' } })
}
