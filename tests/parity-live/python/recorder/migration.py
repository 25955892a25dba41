"""Learning rates of MMCV 1.6's updater hooks beside those of the MMEngine schedulers that replace them."""
import importlib.util
import logging
import sys
import types

from unittest.mock import patch

import torch
from mmengine.registry import PARAM_SCHEDULERS

from .values import to_json

QUIET = logging.getLogger('mmcv of the recorder')


def mmcv_runner():
    """MMCV's runner module; it asks for torchvision, of which nothing here needs anything."""
    if 'torchvision' not in sys.modules and importlib.util.find_spec('torchvision') is None:
        stub = types.ModuleType('torchvision')
        stub.models = types.ModuleType('torchvision.models')
        stub.__version__ = '0'
        sys.modules.update({'torchvision': stub, 'torchvision.models': stub.models})
    return importlib.import_module('mmcv.runner')


class Unit(torch.nn.Module):

    def __init__(self, rates):
        super().__init__()
        self.weights = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(1)) for _ in rates])

    def train_step(self, batch, optimizer, **kwargs):
        return dict(loss=sum(weight.sum() for weight in self.weights), log_vars={}, num_samples=1)


def record(case):
    """Fields that stand beside the case's own: these files have no `expected`."""
    rates, momenta = play_mmcv(case)
    result = dict(expected_mmcv_lr=rates)
    if case['mmcv'].get('momentum_config'):
        result['expected_mmcv_momentum'] = momenta
    if case['mmengine'] is not None:
        ours, our_momenta = play_mmengine(case)
        difference = largest_difference(rates, ours)
        if case['mmcv'].get('momentum_config'):
            difference = max(difference, largest_difference(momenta, our_momenta))
        exact = difference <= 1e-9
        result.update(max_abs_difference=difference, exact=exact, **({} if exact else dict(mmengine_lr=ours)))
    return to_json(result)


def optimizer_of(model, rates):
    groups = [dict(params=[weight], lr=lr) for weight, lr in zip(model.weights, rates)]
    return torch.optim.SGD(groups, lr=rates[0], momentum=0.9)


def play_mmcv(case):
    runner_module = mmcv_runner()
    model = Unit(case['base_lr'])
    by_epoch = case['mmcv'].get('runner', 'EpochBasedRunner') == 'EpochBasedRunner'
    total = case['max_epochs'] * case['epoch_length']
    limit = dict(max_epochs=case['max_epochs']) if by_epoch else dict(max_iters=total)
    runner_class = runner_module.EpochBasedRunner if by_epoch else runner_module.IterBasedRunner
    QUIET.setLevel(logging.ERROR)
    runner = runner_class(model=model, optimizer=optimizer_of(model, case['base_lr']), logger=QUIET, **limit)
    rows = dict(lr=[], momentum=[])

    class Watch(runner_module.Hook):

        def before_train_iter(self, runner):
            rows['lr'].append([group['lr'] for group in runner.optimizer.param_groups])
            rows['momentum'].append([group['momentum'] for group in runner.optimizer.param_groups])

    runner.register_lr_hook(with_tuples(case['mmcv']['lr_config']))
    if case['mmcv'].get('momentum_config'):
        runner.register_momentum_hook(with_tuples(case['mmcv']['momentum_config']))
    runner.register_hook(Watch(), priority='LOWEST')
    # MMCV waits two seconds before each epoch.
    with patch('time.sleep'):
        runner.run([torch.utils.data.DataLoader(range(case['epoch_length']))], [('train', 1)])
    return rows['lr'], rows['momentum']


def with_tuples(config):
    """MMCV wants a tuple where JSON has a list."""
    ratio = config.get('target_ratio')
    return dict(config, target_ratio=tuple(ratio)) if isinstance(ratio, list) else dict(config)


def play_mmengine(case):
    model = Unit(case['base_lr'])
    optimizer = optimizer_of(model, case['base_lr'])
    total = case['max_epochs'] * case['epoch_length']
    schedulers = []
    for config in case['mmengine']:
        end = case['max_epochs'] if config.get('by_epoch', True) else total
        defaults = dict(optimizer=optimizer, epoch_length=case['epoch_length'])
        schedulers.append(PARAM_SCHEDULERS.build(dict(dict(end=end), **config), default_args=defaults))
    rates, momenta = [], []
    for iteration in range(1, total + 1):
        rates.append([group['lr'] for group in optimizer.param_groups])
        momenta.append([group['momentum'] for group in optimizer.param_groups])
        optimizer.step()
        for scheduler in schedulers:
            if not scheduler.by_epoch or iteration % case['epoch_length'] == 0:
                scheduler.step()
    return rates, momenta


def largest_difference(one, other):
    return max(abs(a - b) for row, other_row in zip(one, other) for a, b in zip(row, other_row))
