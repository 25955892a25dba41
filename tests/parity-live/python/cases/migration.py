"""Learning rate policies of MMCV 1.6 and the schedulers that replace them."""


def pair(name, lr_config, mmengine, epochs=6, length=4, base_lr=(0.1,), momentum_config=None, note='', runner=None):
    mmcv = dict(lr_config=lr_config, momentum_config=momentum_config)
    if runner is not None:
        mmcv['runner'] = runner
    return dict(name=name, mmcv=mmcv, max_epochs=epochs, epoch_length=length, base_lr=list(base_lr), mmengine=mmengine,
                note=note)


def lr(kind, **arguments):
    return dict(type=f'{kind}LR', **arguments)


def momentum(kind, **arguments):
    return dict(type=f'{kind}Momentum', **arguments)


FIXED = dict(policy='fixed')
INFINITE = 10 ** 9

# Policies by epoch: what MMCV is told, and the schedulers of a run of six epochs.
POLICIES = {
    'fixed': (FIXED, []), 'step_list': (dict(policy='step', step=[1, 4], gamma=0.3), [lr('MultiStep', milestones=[1, 4], gamma=0.3)]),
    'step_default_gamma': (dict(policy='step', step=[3]), [lr('MultiStep', milestones=[3])]),
    'step_int': (dict(policy='step', step=3, gamma=0.5), [lr('Step', step_size=3, gamma=0.5)]),
    'exp': (dict(policy='exp', gamma=0.8), [lr('Exponential', gamma=0.8)]),
    'poly': (dict(policy='poly', power=2.0, min_lr=0.001), [lr('Poly', power=2.0, eta_min=0.001, end=7)]),
    'poly_default': (dict(policy='poly'), [lr('Poly', end=7)]),
    'cosine': (dict(policy='CosineAnnealing', min_lr=0.0), [lr('CosineAnnealing', T_max=6, end=6)]),
    'cosine_ratio': (dict(policy='CosineAnnealing', min_lr_ratio=0.01), [lr('CosineAnnealing', T_max=6, eta_min_ratio=0.01, end=6)]),
    'flat_cosine': (dict(policy='FlatCosineAnnealing', start_percent=0.5, min_lr=0.001),
                    [lr('CosineAnnealing', T_max=3, eta_min=0.001, begin=3, end=6)]),
    'linear': (dict(policy='LinearAnnealing', min_lr_ratio=0.1), [lr('Linear', start_factor=1.0, end_factor=0.1, end=7)]),
    'linear_min_lr': (dict(policy='LinearAnnealing', min_lr=0.02), [lr('Linear', start_factor=1.0, end_factor=0.2, end=7)]),
    'restart': (dict(policy='CosineRestart', periods=[2, 4], restart_weights=[1, 1], min_lr=0.002),
                [lr('CosineRestart', periods=[2, 4], restart_weights=[1.0, 1.0], eta_min=0.002)]),
    'restart_ratio': (dict(policy='CosineRestart', periods=[3, 3], restart_weights=[1, 1], min_lr_ratio=0.1),
                      [lr('CosineRestart', periods=[3, 3], restart_weights=[1.0, 1.0], eta_min_ratio=0.1)]),
    'restart_weights_to_zero': (dict(policy='CosineRestart', periods=[2, 4], restart_weights=[1, 0.5], min_lr=0.0),
                                [lr('CosineRestart', periods=[2, 4], restart_weights=[1.0, 0.5], eta_min=0.0)]),
}

WARMUPS = {
    'constant': (dict(warmup='constant', warmup_iters=5, warmup_ratio=0.3), [lr('Constant', factor=0.3, end=6, by_epoch=False)]),
    'linear': (dict(warmup='linear', warmup_iters=7, warmup_ratio=0.01), [lr('Linear', start_factor=0.01, end=8, by_epoch=False)]),
    'linear_by_epoch': (dict(warmup='linear', warmup_iters=2, warmup_ratio=0.1, warmup_by_epoch=True),
                        [lr('Linear', start_factor=0.1, end=9, by_epoch=False)]),
    'exp': (dict(warmup='exp', warmup_iters=6, warmup_ratio=0.05),
            [lr('Constant', factor=0.05, end=INFINITE, by_epoch=False),
             lr('Exponential', gamma=0.05 ** (-1 / 6), end=7, by_epoch=False)]),
}


def by_iter(scheduler, length):
    """The same schedule counted in iterations."""
    scale = {key: value * length if not isinstance(value, list) else [item * length for item in value]
             for key, value in scheduler.items() if key in ('milestones', 'step_size', 'T_max', 'periods', 'begin')}
    if scheduler.get('end') is not None:
        # An end one beyond the run stays one beyond it.
        scale['end'] = 6 * length + (1 if scheduler['end'] == 7 else 0)
    return dict(scheduler, **scale, by_epoch=False)


def cases():
    for name, (config, schedulers) in POLICIES.items():
        yield pair(f'{name}_more', config, schedulers)
        yield pair(f'{name}_groups', config, schedulers, base_lr=(0.1, 0.02) if 'min_lr' not in name else (0.1,))
        for kind, (warmup, first) in WARMUPS.items():
            # A CosineRestart sets its value where the others multiply, so a warmup must come after it.
            chain = [*schedulers, *first] if name.startswith('restart') else [*first, *schedulers]
            yield pair(f'{name}_warmup_{kind}', dict(config, **warmup), chain)
    yield from iteration_cases()
    yield from momentum_cases()
    yield from lonely_cases()


def iteration_cases():
    for name, (config, schedulers) in POLICIES.items():
        if name.startswith('restart'):
            config = dict(config, periods=[period * 4 for period in config['periods']])
        if name == 'exp':
            config, schedulers = dict(policy='exp', gamma=0.97), [lr('Exponential', gamma=0.97)]
        step = config.get('step')
        if step is not None:
            config = dict(config, step=[one * 4 for one in step] if isinstance(step, list) else step * 4)
        ours = [by_iter(one, 4) for one in schedulers]
        yield pair(f'{name}_by_iter', dict(config, by_epoch=False), ours)
        yield pair(f'{name}_iter_runner', dict(config, by_epoch=False), ours, runner='IterBasedRunner')
    for name, options, ours in (
            ('onecycle_options', dict(max_lr=0.5, pct_start=0.4, div_factor=10, final_div_factor=100, anneal_strategy='linear'),
             dict(eta_max=0.5, pct_start=0.4, div_factor=10, final_div_factor=100, anneal_strategy='linear')),
            ('onecycle_three_phase', dict(max_lr=0.3, three_phase=True, pct_start=0.3), dict(eta_max=0.3, three_phase=True)),
            ('onecycle_total', dict(max_lr=0.3, total_steps=30), dict(eta_max=0.3, total_steps=30))):
        steps = dict(total_steps=24, by_epoch=False)
        yield pair(name, dict(policy='OneCycle', **options), [lr('OneCycle', **{**steps, **ours})])


def momentum_cases():
    for name, config, schedulers in (
            ('step', dict(policy='step', step=[2, 4], gamma=0.5), [momentum('MultiStep', milestones=[2, 4], gamma=0.5)]),
            ('cosine_ratio', dict(policy='CosineAnnealing', min_momentum_ratio=0.2),
             [momentum('CosineAnnealing', T_max=6, eta_min_ratio=0.2, end=6)]),
            ('linear', dict(policy='LinearAnnealing', min_momentum_ratio=0.5),
             [momentum('Linear', start_factor=1.0, end_factor=0.5, end=7)])):
        yield pair(f'momentum_{name}', FIXED, schedulers, momentum_config=config)
        yield pair(f'momentum_{name}_beside_lr', dict(policy='step', step=[3], gamma=0.1),
                   [lr('MultiStep', milestones=[3], gamma=0.1), *schedulers], momentum_config=config)


def lonely_cases():
    """Policies without a counterpart in MMEngine."""
    none = 'no counterpart'
    for name, config in {
            'inv_strong': dict(policy='inv', gamma=0.5, power=1.0), 'inv_by_iter': dict(policy='inv', gamma=0.05, power=0.5, by_epoch=False),
            'step_min_lr': dict(policy='step', step=[2, 4], gamma=0.1, min_lr=0.005),
            'step_int_min_lr': dict(policy='step', step=1, gamma=0.3, min_lr=0.002),
            'exp_slow': dict(policy='exp', gamma=0.99, by_epoch=False),
            'cyclic': dict(policy='cyclic', target_ratio=(10, 0.0001), cyclic_times=1, step_ratio_up=0.4),
            'cyclic_twice': dict(policy='cyclic', target_ratio=(5, 0.1), cyclic_times=2, step_ratio_up=0.5),
            'cyclic_linear': dict(policy='cyclic', target_ratio=(4, 0.5), cyclic_times=3, step_ratio_up=0.25, anneal_strategy='linear'),
            'cyclic_gamma': dict(policy='cyclic', target_ratio=(4, 0.5), cyclic_times=2, step_ratio_up=0.5, gamma=0.5),
            'cyclic_one_ratio': dict(policy='cyclic', target_ratio=6.0, cyclic_times=2)}.items():
        replaced = [lr('Exponential', gamma=0.99, by_epoch=False)] if name == 'exp_slow' else None
        yield pair(f'lonely_{name}', config, replaced, note=none if replaced is None else '')
    cyclic = dict(policy='cyclic', target_ratio=(10, 0.0001), cyclic_times=1, step_ratio_up=0.4)
    for name, rate, config in (
            ('cyclic', FIXED, dict(policy='cyclic', target_ratio=(0.85 / 0.95, 1), cyclic_times=1, step_ratio_up=0.4)),
            ('cyclic_beside_lr', cyclic, dict(policy='cyclic', target_ratio=(0.85 / 0.95, 1), cyclic_times=1, step_ratio_up=0.4)),
            ('cyclic_linear', cyclic, dict(policy='cyclic', target_ratio=(0.8, 0.9), cyclic_times=2, anneal_strategy='linear')),
            ('onecycle', FIXED, dict(policy='OneCycle')),
            ('onecycle_beside_lr', dict(policy='OneCycle', max_lr=0.3, total_steps=24),
             dict(policy='OneCycle', base_momentum=0.8, max_momentum=0.95)),
            ('onecycle_linear', FIXED, dict(policy='OneCycle', base_momentum=0.7, max_momentum=0.9, pct_start=0.4,
                                           anneal_strategy='linear')),
            ('onecycle_three_phase', FIXED, dict(policy='OneCycle', pct_start=0.3, three_phase=True)),
            ('step_min', dict(policy='inv', gamma=0.1, power=0.5), dict(policy='step', step=[1, 3], gamma=0.5, min_momentum=0.3))):
        yield pair(f'lonely_momentum_{name}', rate, None, momentum_config=config, note=none)
