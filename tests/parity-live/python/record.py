"""record.py IN OUT: plays the cases of a golden file with MMEngine and writes them with what was expected.

IN holds {"header": ..., "cases": [...]}; whatever `expected` is there is replaced. Where MMEngine itself fails in a
place that golden files have no form for, `expected` is {"raised": {error_type, message}}.
"""
import json
import logging
import sys
import warnings

import mmengine
import numpy
import torch

from recorder import checkpoint, clocked, end_to_end, hook_trace, migration, optim_wrapper, schedulers, small
from recorder.values import error_of

RECORDERS = dict(
    checkpoint=checkpoint.record, early_stopping=small.record_early_stopping, ema=small.record_ema,
    end_to_end=end_to_end.record, history_buffer=small.record_history, hook_trace=hook_trace.record,
    iter_timer=clocked.record_times, logger=clocked.record_lines, lr_reduce_on_plateau=schedulers.record_plateau,
    migration=migration.record, optim_wrapper=optim_wrapper.record, sampler=small.record_sampler, schedulers=schedulers.record)


def record_file(golden):
    recorder = RECORDERS[golden['header']['kind']]
    cases = []
    for case in golden['cases']:
        given = {key: value for key, value in case.items() if key != 'expected'}
        try:
            expected = recorder(json.loads(json.dumps(given)))
        except Exception as error:
            expected = dict(raised=error_of(error))
        expected = json.loads(json.dumps(expected))
        # Files of migration have what was recorded beside what was given.
        is_flat = golden['header']['kind'] == 'migration' and 'raised' not in expected
        cases.append(dict(given, **expected) if is_flat else dict(given, expected=expected))
    header = dict(golden['header'], engine='mmengine', engine_version=mmengine.__version__,
                  torch_version=torch.__version__, numpy_version=numpy.__version__, n_cases=len(cases))
    return dict(header=header, cases=cases)


def main():
    warnings.simplefilter('ignore')
    logging.disable(logging.NOTSET)
    torch.set_num_threads(1)
    source, target = sys.argv[1:]
    with open(source) as file:
        golden = json.load(file)
    recorded = record_file(golden)
    with open(target, 'w') as file:
        json.dump(recorded, file)


if __name__ == '__main__':
    main()
