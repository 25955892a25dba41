import copy

import torch
from mmengine.optim import OptimWrapper
from mmengine.registry import OPTIMIZERS, PARAM_SCHEDULERS

from .values import error_from, error_of, from_json, to_json


def record(case):
    case = from_json(case)
    if case.get('kind') == 'error':
        return error_from(lambda: build_wrong(case))
    return to_json(play(case))


def make_target(case):
    """The optimizer, and what schedulers act on: it, or a wrapper around it."""
    config = dict(case['optimizer'])
    groups = config.pop('groups', [{}])
    groups = [dict(params=[torch.nn.Parameter(torch.zeros(1))], **group) for group in groups]
    optimizer = OPTIMIZERS.build(dict(config, params=groups))
    return optimizer, OptimWrapper(optimizer) if case.get('through_wrapper') else optimizer


def build_all(case, target):
    """As the Runner builds them: a missing end may come from the loop."""
    schedulers = []
    for config in case['schedulers']:
        config = copy.deepcopy(config)
        if case.get('default_end_from_loop'):
            total = case['max_epochs'] * (1 if config.get('by_epoch', True) else case['epoch_length'])
            config.setdefault('end', total)
        defaults = dict(optimizer=target, epoch_length=case['epoch_length'])
        schedulers.append(PARAM_SCHEDULERS.build(config, default_args=defaults))
    return schedulers


def play(case):
    optimizer, target = make_target(case)
    schedulers = build_all(case, target)
    rows = dict(lr=[], momentum=[], base_lr=[])
    states = None
    for iteration in range(case['max_epochs'] * case['epoch_length']):
        rows['lr'].append(rates(optimizer))
        rows['momentum'].append(momenta(optimizer))
        if case.get('through_wrapper'):
            rows['base_lr'].append(target.param_groups[-1]['lr'])
        optimizer.step()
        for scheduler in schedulers:
            if not scheduler.by_epoch:
                scheduler.step()
        if (iteration + 1) % case['epoch_length'] == 0:
            for scheduler in schedulers:
                if scheduler.by_epoch:
                    scheduler.step()
        if iteration + 1 == case.get('resume_at_iter'):
            states = [copy.deepcopy(scheduler.state_dict()) for scheduler in schedulers]
            kept = copy.deepcopy(target.state_dict())
            optimizer, target = make_target(case)
            schedulers = build_all(case, target)
            target.load_state_dict(kept)
            for scheduler, state in zip(schedulers, states):
                scheduler.load_state_dict(copy.deepcopy(state))
    return result(case, optimizer, rows, states)


def result(case, optimizer, rows, states):
    expected = dict(lr=rows['lr'])
    if case.get('record_momentum'):
        expected['momentum'] = rows['momentum']
    if case.get('through_wrapper'):
        expected['base_lr'] = rows['base_lr']
    expected['after_last_step'] = dict(lr=rates(optimizer))
    if case.get('record_momentum'):
        expected['after_last_step']['momentum'] = momenta(optimizer)
    if states is not None:
        expected['scheduler_states_at_resume'] = [without_functions(state) for state in states]
    return expected


def without_functions(state):
    return {key: value for key, value in state.items() if not callable(value)}


def rates(optimizer):
    return [group['lr'] for group in optimizer.param_groups]


def momenta(optimizer):
    return [group['betas'][0] if 'betas' in group else group.get('momentum', 0) for group in optimizer.param_groups]


def build_wrong(case):
    groups = [dict(params=[torch.nn.Parameter(torch.zeros(1))]) for _ in range(case.get('n_groups', 1))]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    PARAM_SCHEDULERS.build(dict(case['scheduler']), default_args=dict(optimizer=optimizer, **case['default_args']))


def record_plateau(case):
    """Driven as by ParamSchedulerHook: each epoch without metrics, then the metrics of a validation."""
    case = from_json(case)
    optimizer, target = make_target(case)
    schedulers = build_all(dict(case, epoch_length=1), target)
    plateau = next(one for one in schedulers if hasattr(one, 'num_bad_epochs'))
    expected = dict(lr_per_epoch=[], momentum_per_epoch=[], plateau_state_after_each_epoch=[])
    validations = 0
    for epoch in range(1, case['max_epochs'] + 1):
        expected['lr_per_epoch'].append(rates(optimizer))
        expected['momentum_per_epoch'].append(momenta(optimizer))
        optimizer.step()
        for scheduler in schedulers:
            if scheduler.by_epoch:
                scheduler.step()
        if epoch % case.get('val_interval', 1) == 0:
            metrics = case['metrics'][min(validations, len(case['metrics']) - 1)]
            validations += 1
            try:
                for scheduler in schedulers:
                    if scheduler.by_epoch and getattr(scheduler, 'need_val_args', False):
                        scheduler.step(metrics)
            except Exception as error:
                expected['error'] = dict(epoch=epoch, **error_of(error))
                return to_json(expected)
        expected['plateau_state_after_each_epoch'].append(state_of(plateau, epoch))
    expected.update(lr_final=rates(optimizer), momentum_final=momenta(optimizer), error=None)
    return to_json(expected)


def state_of(plateau, epoch):
    return dict(epoch=epoch, best=plateau.best, num_bad_epochs=plateau.num_bad_epochs,
                cooldown_counter=plateau.cooldown_counter, last_step=plateau.last_step,
                global_step=plateau._global_step)
