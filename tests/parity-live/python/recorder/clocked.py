"""Runs on a clock that only the case moves: times and log lines."""
import copy
import json
import logging
import os
import re
import tempfile
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
from mmengine.hooks import Hook, LoggerHook
from mmengine.runner import LogProcessor

from .runs import ScriptedModel, call, make_runner, run_parts
from .values import error_from, from_json, to_json

LINE = re.compile(r'^((Epoch|Iter)\(|Exp name: )')


class Clock(Hook):
    """Advances before any other hook sees a point."""
    priority = 'HIGHEST'

    def __init__(self, delays):
        self.delays, self.seconds = delays, 1000.0

    def advance(self, name, index):
        delay = self.delays.get(name, 0.0)
        self.seconds += delay[index % len(delay)] if isinstance(delay, list) else delay

    def before_train_epoch(self, runner):
        self.advance('before_train_epoch', runner.epoch)

    def _before_iter(self, runner, batch_idx, data_batch=None, mode='train'):
        self.advance(f'{mode}_data', runner.iter if mode == 'train' else batch_idx)

    def _after_iter(self, runner, batch_idx, data_batch=None, outputs=None, mode='train'):
        self.advance(f'{mode}_step', runner.iter if mode == 'train' else batch_idx)

    def after_val_epoch(self, runner, metrics=None):
        self.advance('evaluate', 0)


class Watch(Hook):
    """Times and eta after each iteration."""

    def __init__(self):
        self.rows = []

    def _after_iter(self, runner, batch_idx, data_batch=None, outputs=None, mode='train'):
        hub = runner.message_hub
        has_loop = runner._train_loop is not None and not isinstance(runner._train_loop, dict)
        self.rows.append(dict(mode=mode, epoch=runner.epoch if has_loop else 0,
                              iter=runner.iter if has_loop else 0, batch_idx=batch_idx,
                              data_time=hub.get_scalar(f'{mode}/data_time').current(),
                              time=hub.get_scalar(f'{mode}/time').current(), eta=hub.get_info('eta')))


class Lines(logging.Handler):

    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, entry):
        self.messages.append(entry.getMessage())


def array_of(value):
    return np.array(value['ndarray']) if isinstance(value, dict) and 'ndarray' in value else value


def clocked_runner(phase, delays, work_dir):
    setting = from_json(phase)
    setting['metrics'] = [{name: array_of(value) for name, value in entry.items()}
                          for entry in setting.get('metrics') or [{}]]
    clock = Clock(delays)
    options = run_parts(setting, [8, 2] if 'logger_case' in setting else [4, 2])
    if 'train_cfg' in options:
        options['optim_wrapper'] = setting.get('optim') or dict(type='OptimWrapper',
                                                                 optimizer=dict(type='SGD', lr=0.01))
    hooks = {}
    for key, hook_type in (('logger', 'LoggerHook'), ('checkpoint', 'CheckpointHook')):
        if key in setting:
            hooks[key] = None if setting[key] is None else dict(setting[key], type=hook_type)
    if 'log_processor' in setting:
        options['log_processor'] = dict(setting['log_processor'], type='LogProcessor')
    if 'resume' in setting:
        options['resume'] = setting['resume']
    if isinstance(setting.get('load_from'), str):
        options['load_from'] = os.path.join(work_dir, setting['load_from'])
    runner = make_runner(work_dir, model=ScriptedModel(setting.get('model')), default_hooks=hooks,
                         custom_hooks=[clock], **options)
    return runner, clock


def on_clock(clock):
    return patch('mmengine.hooks.iter_timer_hook.time', SimpleNamespace(time=lambda: clock.seconds))


def record_times(case):
    with tempfile.TemporaryDirectory() as work_dir:
        phases = []
        for phase in copy.deepcopy(case['phases']):
            runner, clock = clocked_runner(phase, case['delays'], work_dir)
            watch = Watch()
            runner.register_hook(watch, priority='LOWEST')
            with on_clock(clock):
                call(runner, phase.get('call', 'train'))
            phases.append(dict(rows=watch.rows))
        return to_json(dict(phases=phases))


def record_lines(case):
    if case.get('kind') == 'error':
        makers = dict(LoggerHook=LoggerHook, LogProcessor=LogProcessor)
        return error_from(lambda: makers[case['target']](**case['args']))
    with tempfile.TemporaryDirectory() as work_dir:
        return to_json(dict(phases=[lines_of(dict(phase, logger_case=True), case['delays'], work_dir)
                                    for phase in copy.deepcopy(case['phases'])]))


def lines_of(phase, delays, work_dir):
    runner, clock = clocked_runner(phase, delays, work_dir)
    lines = Lines()
    runner.logger.addHandler(lines)
    with on_clock(clock):
        call(runner, phase.get('call', 'train'))
    logged = [line.replace(runner.experiment_name, '<experiment_name>')
              for line in lines.messages if LINE.match(line)]
    data = os.path.join(runner.log_dir, 'vis_data')
    scalars = text_of(os.path.join(data, 'scalars.json'))
    expected = dict(log_lines=logged, scalars_json=rows_of(scalars),
                    timestamp_json_identical=scalars == text_of(os.path.join(data, f'{runner.timestamp}.json')))
    result = text_of(os.path.join(runner.log_dir, f'{runner.timestamp}.json'))
    if result is not None:
        expected['log_dir_timestamp_json'] = json.loads(result)
    return expected


def text_of(path):
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read()


def rows_of(text):
    return None if text is None else [json.loads(line) for line in text.splitlines()]
