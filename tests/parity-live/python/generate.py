"""generate.py FOLDER [KIND ...]: records golden files of cases beyond the project's first ones."""
import json
import os
import subprocess
import sys
import tempfile

from cases import end_to_end, optim_wrapper, runs, schedulers, small

CASES = dict(
    schedulers=schedulers.cases, lr_reduce_on_plateau=schedulers.plateau_cases, ema=small.ema_cases,
    history_buffer=small.history_cases, sampler=small.sampler_cases, early_stopping=small.early_stopping_cases,
    optim_wrapper=optim_wrapper.cases, hook_trace=runs.trace_cases, checkpoint=runs.checkpoint_cases,
    iter_timer=runs.timer_cases, logger=runs.logger_cases, end_to_end=end_to_end.cases)


def main():
    folder, *kinds = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for kind in kinds or CASES:
        golden = dict(header=dict(kind=kind, split='more', generator='tests/parity-live/python/generate.py'),
                      cases=list(CASES[kind]()))
        recorded = record_apart(golden)
        kept = [case for case in recorded['cases'] if 'raised' not in case['expected']]
        for case in recorded['cases']:
            if 'raised' in case['expected']:
                print(f'{kind}: {case["name"]} left out: {case["expected"]["raised"]}')
        with open(os.path.join(folder, f'{kind}.json'), 'w') as file:
            json.dump(dict(header=dict(recorded['header'], n_cases=len(kept)), cases=kept), file)
        print(f'{kind}: {len(kept)} cases')


def record_apart(golden):
    """In a process of its own, whose chatter is dropped."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'in.json'), os.path.join(folder, 'out.json')
        with open(source, 'w') as file:
            json.dump(golden, file)
        record = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'record.py')
        log = subprocess.run([sys.executable, record, source, target], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        if log.returncode:
            sys.exit(log.stdout[-4000:])
        with open(target) as file:
            return json.load(file)


if __name__ == '__main__':
    main()
