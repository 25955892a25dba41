import copy
import os
import tempfile

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import get_priority

from .runs import ScriptedModel, call, make_runner, run_parts
from .values import error_of, to_json


def record(case):
    if case.get('kind') == 'priority':
        try:
            return dict(number=get_priority(case['value']))
        except Exception as error:
            return error_of(error)
    with tempfile.TemporaryDirectory() as work_dir:
        if case.get('kind') == 'order':
            return dict(order=order_of(case, work_dir))
        return to_json(dict(phases=play(case, work_dir)))


# ---- order of hooks


def order_of(case, work_dir):
    runner = make_runner(work_dir, model=ScriptedModel(), default_hooks=copy.deepcopy(case.get('default_hooks')),
                         custom_hooks=[labelled(hook) for hook in case.get('custom_hooks', [])])
    for late in case.get('register_later', []):
        priority = {'priority': late['call_priority']} if 'call_priority' in late else {}
        runner.register_hook(labelled(late), **priority)
    return [dict(hook=type(hook).__name__, priority=hook.priority, number=get_priority(hook.priority))
            for hook in runner.hooks]


def labelled(description):
    """A hook class of its own for each description."""
    attributes = {'priority': description['class_priority']} if 'class_priority' in description else {}
    hook_class = type(description['label'], (Hook,), attributes)
    HOOKS.register_module(module=hook_class, force=True)
    config = dict(type=description['label'])
    if 'config_priority' in description:
        config['priority'] = description['config_priority']
    return config


# ---- traces of runs


def play(case, work_dir):
    runner, phases = None, []
    for phase in case['phases']:
        if not phase.get('reuse_runner'):
            runner = trace_runner(phase.get('runner', {}), work_dir)
        rows = []
        tracers = [Tracer(rows, stop_at=phase.get('stop_at'))]
        runner.register_hook(tracers[0], priority='LOWEST')
        for description in phase.get('tracers', []):
            tracers.append(Tracer(rows, label=description['label']))
            runner.register_hook(tracers[-1], priority=description['priority'])
        call(runner, phase['call'])
        for tracer in tracers:
            tracer.rows = None
        has_loop = runner._train_loop is not None and not isinstance(runner._train_loop, dict)
        phases.append(dict(events=rows, final_epoch=runner.epoch if has_loop else 0,
                           final_iter=runner.iter if has_loop else 0))
    return phases


def trace_runner(setting, work_dir):
    options = run_parts(setting, [4, 2])
    if 'train_cfg' in options:
        options['optim_wrapper'] = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.001))
    if isinstance(setting.get('load_from'), str):
        options['load_from'] = os.path.join(work_dir, setting['load_from'])
    if 'resume' in setting:
        options['resume'] = setting['resume']
    hooks = copy.deepcopy(setting.get('default_hooks'))
    return make_runner(work_dir, model=ScriptedModel(), default_hooks=hooks, **options)


class Tracer(Hook):
    """Writes a row for each point that it sees."""

    def __init__(self, rows, label=None, stop_at=None):
        self.rows, self.label, self.stop_at = rows, label, stop_at

    def note(self, point, runner, args, kwargs):
        if self.rows is None:
            return
        has_loop = runner._train_loop is not None and not isinstance(runner._train_loop, dict)
        row = [point, runner.epoch if has_loop else 0, runner.iter if has_loop else 0]
        batch_idx = (list(args) + [kwargs.get('batch_idx')])[0] if point.endswith('_iter') else None
        extra = {}
        if point in ('after_val_epoch', 'after_test_epoch'):
            extra['metrics'] = kwargs.get('metrics', args[0] if args else None)
        if point in ('before_save_checkpoint', 'after_load_checkpoint'):
            meta = kwargs.get('checkpoint', args[0] if args else None)['meta']
            extra['checkpoint_meta'] = dict(epoch=meta['epoch'], iter=meta['iter'])
        if self.label is not None:
            extra['hook'] = self.label
        if extra:
            row += [batch_idx, extra]
        elif batch_idx is not None:
            row.append(batch_idx)
        self.rows.append(row)
        if self.label is None and self.stop_at and row[:len(self.stop_at)] == list(self.stop_at):
            runner.train_loop.stop_training = True


def tracing(point):
    return lambda self, runner, *args, **kwargs: self.note(point, runner, args, kwargs)


for stage in Hook.stages:
    setattr(Tracer, stage, tracing(stage))
