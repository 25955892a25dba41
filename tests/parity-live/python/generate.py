"""Records golden files of cases beyond the project's first ones: those written down here, or with --seed drawn ones."""
import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile

from cases import (clocked, drawn_optimizers, drawn_schedulers, end_to_end, migration, optim_wrapper, runs, saves,
                   schedulers, small)

CASES = dict(
    schedulers=schedulers.cases, lr_reduce_on_plateau=schedulers.plateau_cases, ema=small.ema_cases,
    history_buffer=small.history_cases, sampler=small.sampler_cases, early_stopping=small.early_stopping_cases,
    optim_wrapper=optim_wrapper.cases, hook_trace=runs.trace_cases, checkpoint=saves.checkpoint_cases,
    iter_timer=clocked.timer_cases, logger=clocked.logger_cases, end_to_end=end_to_end.cases, migration=migration.cases)


def drawn_cases(seed, chains, settings):
    """Kinds and their cases; a tenth of the schedulers are driven by metrics, two fifths of the optimizers play more than
    the updates of one layer."""
    draw = random.Random(seed)
    driven, fifth = chains // 10, settings // 5
    return dict(schedulers=lambda: drawn_schedulers.schedulers(draw, chains - driven),
                lr_reduce_on_plateau=lambda: drawn_schedulers.plateaus(draw, driven),
                optim_wrapper=lambda: [*drawn_optimizers.updates(draw, settings - 2 * fifth),
                                       *drawn_optimizers.groupings(draw, fifth)],
                end_to_end=lambda: drawn_optimizers.nets(draw, fifth))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder')
    parser.add_argument('--kinds', nargs='*')
    parser.add_argument('--seed', type=int)
    parser.add_argument('--schedulers', type=int, default=200)
    parser.add_argument('--optimizers', type=int, default=100)
    options = parser.parse_args()
    known = CASES if options.seed is None else drawn_cases(options.seed, options.schedulers, options.optimizers)
    os.makedirs(options.folder, exist_ok=True)
    for kind in options.kinds or known:
        write(options.folder, kind, list(known[kind]()))


def write(folder, kind, cases):
    if not cases:
        return
    if kind == 'migration' and importlib.util.find_spec('mmcv') is None:
        print(f'{kind}: {len(cases)} cases left out: there is no MMCV (MMCV_WITH_OPS=0 pip install --no-deps mmcv==1.6.0)')
        return
    golden = dict(header=dict(kind=kind, split='more', generator='tests/parity-live/python/generate.py'), cases=cases)
    recorded = record_apart(golden)
    for case in recorded['cases']:
        if 'raised' in case.get('expected', {}):
            raised = case['expected']['raised']
            print(f'{kind}: {case["name"]} fails in MMEngine: {raised["error_type"]}: {raised["message"].splitlines()[0]}')
    with open(os.path.join(folder, f'{kind}.json'), 'w') as file:
        json.dump(recorded, file)
    print(f'{kind}: {len(cases)} cases')


def record_apart(golden):
    """In a process of its own, whose chatter is dropped and in which PyTorch reads MMEngine's checkpoints whole."""
    environment = dict(os.environ, TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD='1')
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'in.json'), os.path.join(folder, 'out.json')
        with open(source, 'w') as file:
            json.dump(golden, file)
        record = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'record.py')
        log = subprocess.run([sys.executable, record, source, target], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, env=environment)
        if log.returncode:
            sys.exit(log.stdout[-4000:] or f'record.py ended with {log.returncode}')
        with open(target) as file:
            return json.load(file)


if __name__ == '__main__':
    main()
