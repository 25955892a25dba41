"""Averages, histories, samplers, early stopping."""
import itertools

import torch

# ---- averages


def sequence(seed, count, start=0.5):
    generator = torch.Generator().manual_seed(seed)
    values = torch.cumsum(torch.cat([torch.randn(1, 4, generator=generator),
                                     torch.randn(count - 1, 4, generator=generator) * 0.1]), 0)
    return [dict(weight=row[:2].tolist(), running=(row[2:].abs() * start).tolist(), count=number)
            for number, row in enumerate(values, 1)]


def ema_cases():
    types = {'ExponentialMovingAverage': [dict(), dict(momentum=0.5), dict(momentum=0.9), dict(momentum=1e-5)],
             'MomentumAnnealingEMA': [dict(), dict(momentum=0.1, gamma=5), dict(momentum=0.3, gamma=1),
                                      dict(momentum=0.001, gamma=2.5)],
             'StochasticWeightAverage': [dict()]}
    extras = [dict(), dict(interval=2), dict(interval=5), dict(update_buffers=True),
              dict(interval=3, update_buffers=True), dict(interval=100)]
    initial = dict(weight=[0.5, -0.5], running=[0.0, 1.0], count=0)
    number = 0
    for kind, settings in types.items():
        for arguments, extra in itertools.product(settings, extras):
            number += 1
            common = dict(type=kind, args={**arguments, **extra}, initial=initial)
            yield dict(name=f'ema_{number}_{kind}', dtype='float64', sequence=sequence(number, 11), **common)
            if number % 2:
                yield dict(name=f'ema_{number}_{kind}_float32', dtype='float32', sequence=sequence(number + 50, 9),
                           **common)
            yield dict(name=f'ema_{number}_{kind}_reload', dtype='float64', sequence=sequence(number + 100, 8),
                       reload_state_at=number % 7 + 1, **common)
    yield dict(name='ema_one_update', type='ExponentialMovingAverage', args={}, dtype='float64', initial=initial,
               sequence=sequence(3, 1))
    yield dict(name='ema_count_jumps', type='ExponentialMovingAverage', args=dict(momentum=0.3, update_buffers=True),
               dtype='float64', initial=dict(initial, count=7),
               sequence=[dict(entry, count=1000 * entry['count']) for entry in sequence(4, 6)])
    wrong = [('ExponentialMovingAverage', dict(momentum=1.0)), ('ExponentialMovingAverage', dict(momentum=-0.1)),
             ('ExponentialMovingAverage', dict(momentum=2)), ('MomentumAnnealingEMA', dict(gamma=-3)),
             ('MomentumAnnealingEMA', dict(momentum=0.0)), ('MomentumAnnealingEMA', dict(momentum=1.5, gamma=10))]
    for number, (kind, arguments) in enumerate(wrong):
        yield dict(name=f'error_{number}', kind='error', type=kind, args=arguments)


# ---- histories


def history_cases():
    queries = [dict(method='current')] + [dict(method=method, window=window) for method in ('mean', 'min', 'max')
                                          for window in (None, 0, 1, 2, 3, 7, 1000)]
    updates = {
        'one': [[4.0, 1]], 'ints': [[4, 1], [5, 2], [9, 3]], 'negative': [[-1.5, 1], [-2.5, 1], [0.0, 1]],
        'big_counts': [[100.0, 32], [90.0, 32], [3.0, 1], [64.0, 16]], 'long': [[step * 0.1, step % 4 + 1]
                                                                              for step in range(40)],
        'inf': [[1.0, 1], [float('inf'), 1], [2.0, 1]], 'tiny': [[1e-12, 1], [2e-12, 1], [1e12, 1]],
    }
    for name, rows in updates.items():
        if name == 'inf':
            continue
        yield dict(name=name, updates=rows, queries=queries)
        for limit in (1, 2, 5):
            yield dict(name=f'{name}_limit_{limit}', max_length=limit, updates=rows, queries=queries)
    yield dict(name='initial_longer_than_limit', init=dict(values=[1, 2, 3, 4, 5], counts=[1, 1, 1, 1, 1]),
               max_length=3, updates=[[6, 1]], queries=queries)
    yield dict(name='initial_counts', init=dict(values=[0.5, 1.5], counts=[3, 5]), updates=[[2.5, 2]], queries=queries)
    for name in ('update_string', 'window_not_int', 'current_empty', 'lengths_differ', 'unknown_statistic'):
        yield dict(name=f'error_{name}', kind='error')
    yield dict(name='initial_only', init=dict(values=[0.5, 1.5], counts=[3, 5]), updates=[], queries=queries)


# ---- samplers


def sampler_cases():
    for length, world, round_up in itertools.product((1, 3, 7, 12, 20), (1, 2, 3, 4, 8), (True, False)):
        yield dict(name=f'default_{length}_of_{world}_{round_up}', type='DefaultSampler', dataset_length=length,
                   world_size=world, shuffle=False, round_up=round_up)
    for length, world in itertools.product((1, 3, 8, 10), (1, 2, 3, 4)):
        yield dict(name=f'infinite_{length}_of_{world}', type='InfiniteSampler', dataset_length=length,
                   world_size=world, shuffle=False, take=11)
    for length, world, seed in ((12, 1, 0), (10, 2, 3), (11, 3, 42)):
        yield dict(name=f'shuffled_infinite_{length}_of_{world}_{seed}', type='InfiniteSampler', kind='property',
                   dataset_length=length, world_size=world, shuffle=True, seed=seed, take=2 * length)
    for length, world, seed, epoch in ((20, 1, 0, 0), (20, 1, 7, 3), (11, 2, 1, 1), (30, 4, 42, 5), (50, 3, 3, 10),
                                       (100, 8, 123, 2)):
        for round_up in (True, False):
            yield dict(name=f'shuffled_{length}_of_{world}_{seed}_{epoch}_{round_up}', type='DefaultSampler',
                       kind='property', dataset_length=length, world_size=world, shuffle=True, seed=seed, epoch=epoch,
                       round_up=round_up)


# ---- early stopping


def scores(name, *values):
    return [{name: value} for value in values]


def early_stopping_cases():
    acc = scores('acc', 0.1, 0.3, 0.35, 0.36, 0.36, 0.5, 0.49, 0.48, 0.47, 0.46, 0.45, 0.6)
    loss = scores('loss', 2.0, 1.5, 1.45, 1.44, 1.44, 1.0, 1.01, 1.02, 1.03, 1.04, 1.05, 0.5)
    for name, metrics in (('acc', acc), ('loss', loss)):
        for delta, patience in itertools.product((None, 0.0, 0.05, 0.02), (None, 1, 2, 4)):
            arguments = {'monitor': name, 'min_delta': delta, 'patience': patience}
            arguments = {key: value for key, value in arguments.items() if value is not None}
            yield dict(name=f'{name}_delta_{delta}_patience_{patience}', args=arguments, metrics=metrics)
    settings = {
        'rule_given': (dict(monitor='error', rule='less', min_delta=0.0, patience=2), scores('error', 1, 0.5, 0.6, 0.7)),
        'rule_against_name': (dict(monitor='acc', rule='less', min_delta=0.0, patience=2), acc),
        'threshold_less': (dict(monitor='loss', min_delta=0.0, stopping_threshold=1.1), loss),
        'threshold_never': (dict(monitor='acc', min_delta=0.0, stopping_threshold=0.99, patience=20), acc),
        'threshold_equal': (dict(monitor='acc', min_delta=0.0, stopping_threshold=0.5, patience=20), acc),
        'threshold_zero': (dict(monitor='acc', min_delta=0.0, stopping_threshold=0.0), acc),
        'threshold_int': (dict(monitor='loss', stopping_threshold=1, min_delta=0.0, patience=20), loss),
        'nan_unchecked': (dict(monitor='loss', check_finite=False, patience=2, min_delta=0.0),
                          scores('loss', 1.0, 'nan', 'nan', 0.5, 0.6, 0.7)),
        'inf_unchecked': (dict(monitor='loss', check_finite=False, patience=2), scores('loss', 'inf', 1.0, 'inf', 'inf')),
        'inf_stops': (dict(monitor='acc'), scores('acc', 0.5, 'inf')),
        'minus_inf_stops': (dict(monitor='acc', min_delta=0.0), scores('acc', 0.5, '-inf')),
        'nan_first': (dict(monitor='loss'), scores('loss', 'nan', 1.0)),
        'strict_missing': (dict(monitor='acc', strict=True), [dict(other=1.0)]),
        'strict_missing_later': (dict(monitor='acc', strict=True, min_delta=0.0), [dict(acc=0.5), dict(other=1.0)]),
        'strict_present': (dict(monitor='acc', strict=True, min_delta=0.0, patience=2), acc),
        'prefixed': (dict(monitor='coco/bbox_mAP', min_delta=0.01, patience=2), scores('coco/bbox_mAP', 0.3, 0.31, 0.30,
                                                                                      0.305, 0.4)),
        'upper_case': (dict(monitor='ACC', min_delta=0.0, patience=1), scores('ACC', 0.5, 0.4)),
        'loss_inside': (dict(monitor='val_loss_cls', min_delta=0.0, patience=1), scores('val_loss_cls', 0.5, 0.6)),
        'acc_before_loss': (dict(monitor='loss_acc', min_delta=0.0, patience=1), scores('loss_acc', 0.5, 0.6, 0.5)),
        'negative_scores': (dict(monitor='loss', min_delta=0.1, patience=2), scores('loss', -1.0, -1.05, -1.2, -1.2, -1.21)),
        'missing_always': (dict(monitor='acc'), [dict(loss=1.0)] * 3),
        'empty': (dict(monitor='acc'), [{}, dict(acc=0.5)]),
        'ints': (dict(monitor='top1', min_delta=1, patience=2), scores('top1', 50, 51, 51, 51, 60)),
        'patience_0': (dict(monitor='acc', patience=0, min_delta=0.0), acc),
    }
    for name, (arguments, metrics) in settings.items():
        yield dict(name=name, args=arguments, metrics=metrics)
    for monitor in ('iou', 'bleu', 'error', 'ap', 'AR', 'score'):
        yield dict(name=f'cannot_infer_{monitor}', args=dict(monitor=monitor), metrics=[])
    for rule in ('min', 'Greater', 'larger', ''):
        yield dict(name=f'bad_rule_{rule}', args=dict(monitor='acc', rule=rule), metrics=[])
