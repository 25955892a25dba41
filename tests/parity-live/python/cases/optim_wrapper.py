"""Updates with accumulation and clipping, and parameter groups by rule."""
import itertools

import torch

INITIAL = dict(weight=[[0.1, -0.2, 0.3], [0.05, 0.4, -0.15]], bias=[0.01, -0.02])


def batches(seed, count, scale=1.0, size=4):
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for _ in range(count):
        inputs, targets = torch.randn(size, 3, generator=generator) * scale, torch.randn(size, 2, generator=generator)
        rows.append([inputs.tolist(), targets.tolist()])
    return rows


OPTIMIZERS = {
    'SGD': [dict(lr=0.1), dict(lr=0.02, momentum=0.8, dampening=0.2), dict(lr=0.05, momentum=0.9, nesterov=True,
            weight_decay=0.1), dict(lr=0.05, weight_decay=0.5), dict(lr=0.05, momentum=0.5, maximize=True)],
    'Adam': [dict(lr=0.001), dict(lr=0.05, betas=[0.8, 0.99], eps=1e-4), dict(lr=0.01, weight_decay=0.1),
             dict(lr=0.01, amsgrad=True)],
    'AdamW': [dict(lr=0.001), dict(lr=0.02, betas=[0.5, 0.9], weight_decay=0.2), dict(lr=0.01, amsgrad=True)],
    'RMSprop': [dict(lr=0.01), dict(lr=0.01, alpha=0.9, eps=1e-3, momentum=0.5), dict(lr=0.01, centered=True),
                dict(lr=0.01, weight_decay=0.1, centered=True, momentum=0.9)],
    'Adagrad': [dict(lr=0.1), dict(lr=0.1, lr_decay=0.1, weight_decay=0.05), dict(lr=0.1, initial_accumulator_value=0.5)],
    'Adadelta': [dict(lr=1.0), dict(lr=0.5, rho=0.7, eps=1e-3, weight_decay=0.1)],
    'Adamax': [dict(lr=0.01), dict(lr=0.05, betas=[0.8, 0.9], weight_decay=0.1)],
    'NAdam': [dict(lr=0.01), dict(lr=0.02, betas=[0.8, 0.95], momentum_decay=0.01, weight_decay=0.1)],
    'RAdam': [dict(lr=0.01), dict(lr=0.05, betas=[0.5, 0.7], weight_decay=0.05)],
}


def training(name, optimizer, wrapper=None, count=6, seed=None, **fields):
    scale = fields.pop('scale', 1.0)
    return dict(name=name, optimizer=optimizer, wrapper=wrapper or {}, dtype=fields.pop('dtype', 'float64'),
                initial=INITIAL, batches=batches(seed if seed is not None else len(name), count, scale), **fields)


def optimizer_cases():
    for kind, settings in OPTIMIZERS.items():
        for number, arguments in enumerate(settings):
            optimizer = dict(type=kind, **arguments)
            yield training(f'{kind}_{number}', optimizer)
            yield training(f'{kind}_{number}_float32', optimizer, dtype='float32', seed=number)
            yield training(f'{kind}_{number}_accumulate', optimizer, dict(accumulative_counts=2,
                           clip_grad=dict(max_norm=0.7)), initialize=dict(iter=0, max_iters=5), count=5)


def wrapper_cases():
    sgd = dict(type='SGD', lr=0.1, momentum=0.9)
    for counts, total, start in itertools.product((2, 3, 4), (None, 4, 7, 9), (0, 1, 3)):
        if total is None and start:
            continue
        initialize = {} if total is None else dict(initialize=dict(iter=start, max_iters=total))
        yield training(f'counts_{counts}_of_{total}_from_{start}', sgd, dict(accumulative_counts=counts),
                       count=(total or 7) - start, **initialize)
    clips = {'norm_1': dict(max_norm=1.0), 'norm_small': dict(max_norm=0.01), 'norm_large': dict(max_norm=100),
             'norm_l1': dict(max_norm=1.0, norm_type=1), 'norm_l3': dict(max_norm=0.5, norm_type=3.0),
             'norm_inf': dict(max_norm=0.2, norm_type='inf'), 'typed_norm': dict(type='norm', max_norm=0.5),
             'value': dict(type='value', clip_value=0.05), 'value_large': dict(type='value', clip_value=50.0)}
    for name, clip in clips.items():
        yield training(f'clip_{name}', sgd, dict(clip_grad=clip), scale=2.0)
        yield training(f'clip_{name}_accumulate', sgd, dict(clip_grad=clip, accumulative_counts=3), count=7, scale=2.0,
                       initialize=dict(iter=0, max_iters=7))
        yield training(f'clip_{name}_float32', dict(type='AdamW', lr=0.01), dict(clip_grad=clip), dtype='float32')
    groups = {'lr': [dict(lr=0.2), dict(lr=0.02)], 'decay': [dict(weight_decay=0.1), dict(lr=0.5)],
              'momentum': [dict(momentum=0.5), dict(momentum=0.0, lr=0.01)]}
    for name, pair in groups.items():
        yield training(f'groups_{name}', sgd, two_groups=pair)
    yield training('groups_adam_betas', dict(type='Adam', lr=0.01), two_groups=[dict(betas=[0.5, 0.9]), dict(lr=0.1)])
    yield training('counts_1_initialized', sgd, dict(accumulative_counts=1), initialize=dict(iter=2, max_iters=5), count=3)
    yield training('counts_above_total', sgd, dict(accumulative_counts=8), initialize=dict(iter=0, max_iters=5), count=5)


def error_cases():
    wrong = {'counts_negative': dict(accumulative_counts=-1), 'clip_only_type': dict(clip_grad=dict(type='norm')),
             'clip_list': dict(clip_grad=[1.0]), 'clip_number': dict(clip_grad=1.0),
             'clip_type_upper': dict(clip_grad=dict(type='Norm', max_norm=1.0)),
             'clip_value_empty': dict(clip_grad=dict(type='value'))}
    for name, wrapper in wrong.items():
        yield dict(name=f'error_{name}', kind='error', wrapper=wrapper)


# ---- parameter groups by rule


def param(name, shape, trainable=True, shared=None):
    return dict(name=name, shape=shape, requires_grad=trainable, shared_with=shared)


def layer(path, kind, *params, **fields):
    params = [dict(entry, shared_with=entry['shared_with'] or f'{path}.{entry["name"]}'.lstrip('.')) for entry in params]
    return dict(path=path, type=kind, params=params, **fields)


def conv(path, inputs, outputs, groups=1, bias=True, **fields):
    params = [param('weight', [outputs, inputs // groups, 3, 3])] + ([param('bias', [outputs])] if bias else [])
    return layer(path, 'Conv2d', *params, groups=groups, in_channels=inputs)


def pair(path, kind, shape, trainable=True):
    return layer(path, kind, param('weight', shape, trainable), param('bias', shape[:1], trainable))


def model():
    return [
        layer('', 'Model', param('token', [1, 1, 4]), param('gain', [3])),
        layer('stem', 'Block', param('scale', [4])), conv('stem.conv', 3, 4), pair('stem.bn', 'BatchNorm2d', [4]),
        conv('stem.dw', 4, 4, groups=4), conv('stem.group', 4, 8, groups=2, bias=False),
        pair('backbone.layer1.bn', 'BatchNorm1d', [4]), pair('backbone.layer1.fc', 'Linear', [4, 4]),
        pair('backbone.layer10.fc', 'Linear', [4, 4]), pair('backbone.norm', 'LayerNorm', [4]),
        pair('neck.gn', 'GroupNorm', [4]), pair('neck.inorm', 'InstanceNorm2d', [4]), pair('head.fc', 'Linear', [2, 4]),
        pair('head.frozen', 'Linear', [2, 2], trainable=False),
    ]


def paramwise_cases():
    sgd = dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=0.0001)
    adamw = dict(type='AdamW', lr=0.002, weight_decay=0.05)
    rules = {
        'none': None, 'empty': {}, 'bias_lr': dict(bias_lr_mult=2.0), 'bias_decay': dict(bias_decay_mult=0.0),
        'norm_decay': dict(norm_decay_mult=0.0), 'dw': dict(dwconv_decay_mult=0.5), 'flat': dict(flat_decay_mult=0.0),
        'all': dict(bias_lr_mult=3.0, bias_decay_mult=0.1, norm_decay_mult=0.2, dwconv_decay_mult=0.3,
                    flat_decay_mult=0.4, dcn_offset_lr_mult=0.1),
        'keys': dict(custom_keys={'backbone': dict(lr_mult=0.1), 'head': dict(lr_mult=10.0)}),
        'keys_longest': dict(custom_keys={'layer1': dict(lr_mult=0.5), 'layer10': dict(lr_mult=0.2),
                                          'backbone.layer1': dict(lr_mult=0.7, decay_mult=0.5)}),
        'keys_same_length': dict(custom_keys={'head': dict(lr_mult=2.0), 'neck': dict(lr_mult=3.0), '.bn.': dict(lr_mult=0.0)}),
        'keys_and_rules': dict(custom_keys={'.bn': dict(decay_mult=0.0)}, bias_lr_mult=2.0, norm_decay_mult=0.5,
                               flat_decay_mult=0.1),
        'keys_extra': dict(custom_keys={'head': dict(lr_mult=2.0, momentum=0.5)}),
        'keys_zero': dict(custom_keys={'token': dict(lr_mult=0.0, decay_mult=0.0)}),
        'keys_unmatched': dict(custom_keys={'decoder': dict(lr_mult=0.5)}),
        'norm_and_bias': dict(norm_decay_mult=0.0, bias_decay_mult=0.5), 'dw_and_flat': dict(dwconv_decay_mult=0.0,
                                                                                            flat_decay_mult=0.5),
        'bypass': dict(bypass_duplicate=True, bias_lr_mult=2.0),
    }
    for (name, rule), (kind, optimizer) in itertools.product(rules.items(), (('sgd', sgd), ('adamw', adamw))):
        if name == 'keys_extra' and kind == 'adamw':
            continue
        yield dict(name=f'paramwise_{name}_{kind}', kind='paramwise', model=model(), optimizer=optimizer,
                   paramwise_cfg=rule)
    plain = dict(type='SGD', lr=0.1)
    for name in ('bias_lr', 'keys'):
        yield dict(name=f'paramwise_{name}_no_decay', kind='paramwise', model=model(), optimizer=plain,
                   paramwise_cfg=rules[name])
    for name in ('bias_decay', 'norm_decay', 'flat', 'dw', 'keys_zero', 'keys_longest'):
        yield dict(name=f'paramwise_{name}_no_decay_error', kind='paramwise', model=model(), optimizer=plain,
                   paramwise_cfg=rules[name])
    tied = [pair('a', 'Linear', [3, 3]), layer('b', 'Linear', param('weight', [3, 3], shared='a.weight'),
                                             param('bias', [3]))]
    for bypass in (True, False):
        for name, rule in (('norm', dict(norm_decay_mult=0.0)), ('keys', dict(custom_keys={'b': dict(lr_mult=0.5)}))):
            yield dict(name=f'paramwise_tied_{name}_{bypass}', kind='paramwise', model=tied, optimizer=sgd,
                       paramwise_cfg=dict(rule, bypass_duplicate=bypass))
    yield dict(name='paramwise_tied_none', kind='paramwise', model=tied, optimizer=sgd, paramwise_cfg=None)
    wrong = {'keys_list': dict(custom_keys=['backbone']), 'unknown': dict(bias_learning_mult=2.0)}
    yield dict(name='paramwise_keys_list_error', kind='paramwise', model=model(), optimizer=sgd,
               paramwise_cfg=wrong['keys_list'])


def cases():
    return [case for make in (optimizer_cases, wrapper_cases, error_cases, paramwise_cases) for case in make()]
