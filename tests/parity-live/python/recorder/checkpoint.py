import copy
import os
import re
import tempfile

import torch
from mmengine.hooks import CheckpointHook, Hook

from .runs import ScriptedModel, call, make_runner, run_parts
from .values import error_from, error_of, from_json, to_json

FACTS = re.compile('^(last_ckpt|best_score|best_ckpt|keep_ckpt_ids)')
HASH = re.compile(r'-[0-9a-f]{8}\.pth$')


def record(case):
    if case.get('kind') == 'error':
        return error_from(lambda: CheckpointHook(**case['args']))
    with tempfile.TemporaryDirectory() as folder:
        work_dir = os.path.join(folder, 'work_dir')
        phases = []
        for phase in case['phases']:
            phases.append(play(phase, work_dir, case.get('trace_files')))
            if 'error' in phases[-1]:
                break
        return to_json(dict(phases=phases))


def play(phase, work_dir, is_traced):
    hooks = Notes(work_dir)
    try:
        runner = make_runner(work_dir, **options_of(phase, work_dir))
        runner.register_hook(hooks, priority='LOWEST')
        call(runner, 'train')
    except Exception as error:
        return dict(error=error_of(error))
    files = checkpoints_in(work_dir)
    result = dict(files=[without_hash(file) for file in files], last_checkpoint=last_checkpoint(work_dir),
                  message_hub=facts_of(runner.message_hub.runtime_info, work_dir),
                  contents={without_hash(file): content_of(work_dir, file) for file in files},
                  n_saves=len(hooks.saves), saves=hooks.saves)
    if is_traced:
        result['trace'] = hooks.trace
    return result


def options_of(phase, work_dir):
    options = run_parts(from_json(phase), [4, 2])
    setting = phase.get('runner', {})
    checkpoint = dict(copy.deepcopy(phase.get('checkpoint', {})), type='CheckpointHook')
    if checkpoint.get('out_dir'):
        checkpoint['out_dir'] = checkpoint['out_dir'].replace('<work_dir>', work_dir)
    options.update(model=ScriptedModel(), default_hooks=dict(checkpoint=checkpoint),
                   optim_wrapper=dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.001)))
    if 'param_scheduler' in phase:
        options['param_scheduler'] = copy.deepcopy(phase['param_scheduler'])
    if 'resume' in setting:
        options['resume'] = setting['resume']
    if isinstance(setting.get('load_from'), str):
        options['load_from'] = os.path.join(work_dir, setting['load_from'].replace('<work_dir>', work_dir))
    return options


class Notes(Hook):
    """What is saved, and which files are there after each point."""

    def __init__(self, work_dir):
        self.work_dir, self.saves, self.trace = work_dir, [], []

    def before_save_checkpoint(self, runner, checkpoint):
        self.saves.append(dict(epoch=runner.epoch, iter=runner.iter))

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if not any(hook.by_epoch for hook in runner.hooks if isinstance(hook, CheckpointHook)):
            self.note('after_train_iter', runner)

    def after_train_epoch(self, runner):
        self.note('after_train_epoch', runner)

    def after_val_epoch(self, runner, metrics=None):
        self.note('after_val_epoch', runner)

    def note(self, at, runner):
        files = [without_hash(file) for file in checkpoints_in(self.work_dir)]
        place = dict(epoch=runner.epoch) if at == 'after_train_epoch' else dict(epoch=runner.epoch, iter=runner.iter)
        self.trace.append(dict(at=at, **place, files=files))


def checkpoints_in(work_dir):
    found = [os.path.relpath(os.path.join(folder, name), work_dir)
             for folder, _, names in os.walk(work_dir) for name in names if name.endswith('.pth')]
    return sorted(found)


def without_hash(name):
    return HASH.sub('-<hash>.pth', name)


def last_checkpoint(work_dir):
    path = os.path.join(work_dir, 'last_checkpoint')
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read().replace(work_dir, '<work_dir>')


def facts_of(info, work_dir):
    return {key: value.replace(work_dir, '<work_dir>') if isinstance(value, str) else value
            for key, value in info.items() if FACTS.match(key)}


def content_of(work_dir, file):
    content = torch.load(os.path.join(work_dir, file), map_location='cpu')
    meta, hub = content.get('meta', {}), content.get('message_hub')
    info = {} if hub is None else hub['runtime_info']
    return dict(meta_epoch=meta.get('epoch'), meta_iter=meta.get('iter'), keys=sorted(content),
                hub_info=facts_of(info, work_dir))
