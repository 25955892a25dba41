"""Schedulers: each class with its arguments at and beside the edges, chains, conversions, resumes, mistakes."""
import itertools


def sgd(*lrs, momentum=0.9):
    return dict(type='SGD', lr=0.01, groups=[dict(lr=lr) for lr in lrs or (0.1,)], momentum=momentum)


def adam(*lrs, kind='Adam'):
    return dict(type=kind, lr=0.01, groups=[dict(lr=lr) for lr in lrs or (0.001,)], betas=[0.9, 0.999])


def one(name, scheduler, epochs=1, length=24, **fields):
    schedulers = scheduler if isinstance(scheduler, list) else [scheduler]
    return dict(name=name, optimizer=fields.pop('optimizer', sgd()), schedulers=schedulers, max_epochs=epochs,
                epoch_length=length, **fields)


def lr(kind, **arguments):
    return dict(type=f'{kind}LR', **arguments)


def momentum(kind, **arguments):
    return dict(type=f'{kind}Momentum', **arguments)


# Arguments of each class that exists for both parameters, for a run of some 24 steps.
SHAPES = {
    'Constant': [dict(factor=0.0, end=6), dict(factor=1.0), dict(factor=0.7, begin=3, end=4), dict(factor=0.2, end=24),
                 dict()],
    'Linear': [dict(start_factor=0.001, end=9), dict(start_factor=0.5, end_factor=0.25, begin=4, end=11),
               dict(start_factor=1.0, end_factor=0.0, end=8), dict(begin=2, end=5), dict(start_factor=0.3, end=24)],
    'Step': [dict(step_size=1, gamma=0.9), dict(step_size=7), dict(step_size=5, gamma=1.1, begin=2),
             dict(step_size=30, gamma=0.5), dict(step_size=3, gamma=0.5, begin=1, end=10)],
    'MultiStep': [dict(milestones=[5]), dict(milestones=[9, 4], gamma=0.5), dict(milestones=[0, 3], gamma=0.5),
                  dict(milestones=[2, 2, 2, 6], gamma=0.8), dict(milestones=[4, 8], gamma=0.3, begin=5, end=12),
                  dict(milestones=[], gamma=0.5)],
    'Exponential': [dict(gamma=0.95), dict(gamma=1.05, end=9), dict(gamma=1.0), dict(gamma=0.5, begin=6, end=9)],
    'CosineAnnealing': [dict(T_max=5, eta_min=0.01), dict(T_max=7, eta_min_ratio=0.1),
                        dict(T_max=10, begin=4, end=14), dict(T_max=1, eta_min=0.02), dict(T_max=30), dict(end=12),
                        dict(begin=3, end=20, eta_min=0.005), dict(T_max=3, begin=2, end=19, eta_min_ratio=0.2),
                        dict(T_max=8, eta_min=0.2)],
    'Poly': [dict(end=12), dict(power=0.9, eta_min=0.001, begin=2, end=20), dict(power=3.0, end=7),
             dict(power=0.5, eta_min=0.05, end=24), dict(power=0.9), dict(end=2), dict(power=2.0, eta_min=0.2, end=9)],
    'CosineRestart': [dict(periods=[4, 6, 9], restart_weights=[1.0, 0.7, 0.4], eta_min=0.001),
                      dict(periods=[24], eta_min=0.0), dict(periods=[3, 3, 3], restart_weights=[0.5, 1.0, 2.0],
                                                            eta_min_ratio=0.1),
                      dict(periods=[5, 5], restart_weights=[1.0, 1.0], eta_min_ratio=0.0, begin=4),
                      dict(periods=[2, 1, 8], restart_weights=[1.0, 0.9, 0.8], eta_min=0.03, begin=1, end=9)],
}


def single_cases():
    for kind, settings in SHAPES.items():
        for number, arguments in enumerate(settings):
            for by_epoch in (True, False):
                epochs, length = (24, 2) if by_epoch else (1, 24)
                unit = 'epoch' if by_epoch else 'iter'
                name = f'{kind.lower()}_{number}_{unit}'
                yield one(f'lr_{name}', lr(kind, **arguments, by_epoch=by_epoch), epochs, length)
                yield one(f'momentum_{name}', momentum(kind, **arguments, by_epoch=by_epoch), epochs, length,
                          record_momentum=True, optimizer=adam() if number % 2 else sgd())
            yield one(f'lr_{kind.lower()}_{number}_groups', lr(kind, **arguments, by_epoch=False), 1, 24,
                      optimizer=sgd(0.1, 0.02, 0.5))


def one_cycle_cases():
    settings = [dict(eta_max=0.1, total_steps=10), dict(eta_max=0.5, total_steps=24, pct_start=0.5),
                dict(eta_max=0.2, total_steps=24, pct_start=0.05), dict(eta_max=0.2, total_steps=24, pct_start=0.95),
                dict(eta_max=0.2, total_steps=20, anneal_strategy='linear'),
                dict(eta_max=0.2, total_steps=23, three_phase=True, pct_start=0.25),
                dict(eta_max=0.2, total_steps=24, div_factor=4.0, final_div_factor=10.0, three_phase=True,
                     anneal_strategy='linear'),
                dict(eta_max=0.3, end=24), dict(eta_max=0.3, begin=4, end=20), dict(eta_max=0.3, total_steps=2),
                dict(eta_max=0.3, total_steps=12, begin=5), dict(eta_max=0.3, total_steps=24, final_div_factor=1.0)]
    for number, arguments in enumerate(settings):
        steps = min(24, arguments.get('total_steps', 24) + arguments.get('begin', 0))
        yield one(f'onecycle_{number}_iter', lr('OneCycle', **arguments, by_epoch=False), 1, steps)
        yield one(f'onecycle_{number}_epoch', lr('OneCycle', **arguments), steps, 2,
                  optimizer=sgd(0.1, 0.02) if number % 2 else sgd())
    yield one('onecycle_groups_list', lr('OneCycle', eta_max=[0.4, 0.2, 0.1], total_steps=18, by_epoch=False), 1, 18,
              optimizer=sgd(0.1, 0.02, 0.3))
    yield one('onecycle_converted', lr('OneCycle', eta_max=0.2, total_steps=6, convert_to_iter_based=True), 6, 4)
    yield one('onecycle_default_end', lr('OneCycle', eta_max=0.2, by_epoch=False), 2, 8, default_end_from_loop=True)


def chain_cases():
    warm = lr('Linear', start_factor=0.01, end=4, by_epoch=False)
    chains = {
        'linear_cosine': [warm, lr('CosineAnnealing', T_max=20, eta_min=0.001, begin=4, end=24, by_epoch=False)],
        'linear_cosine_overlap': [warm, lr('CosineAnnealing', T_max=24, eta_min=0.01, by_epoch=False)],
        'cosine_linear_overlap': [lr('CosineAnnealing', T_max=24, eta_min=0.01, by_epoch=False), warm],
        'linear_poly': [warm, lr('Poly', power=0.9, eta_min=0.001, begin=4, end=24, by_epoch=False)],
        'linear_step_epoch': [warm, lr('Step', step_size=2, gamma=0.3)],
        'linear_multistep_epoch': [warm, lr('MultiStep', milestones=[3, 5], gamma=0.1)],
        'constant_exponential': [lr('Constant', factor=0.5, end=6), lr('Exponential', gamma=0.9, by_epoch=False)],
        'three': [lr('Constant', factor=0.25, end=3, by_epoch=False), lr('Linear', start_factor=0.5, begin=3, end=9,
                  by_epoch=False), lr('MultiStep', milestones=[4, 5], gamma=0.2)],
        'restart_after_warmup': [warm, lr('CosineRestart', periods=[8, 12], restart_weights=[1.0, 0.5], eta_min=0.001,
                                          begin=4, by_epoch=False)],
        'same_class_twice': [lr('Step', step_size=3, gamma=0.5), lr('Step', step_size=5, gamma=0.1, by_epoch=False)],
        'onecycle_and_momentum': [lr('OneCycle', eta_max=0.3, total_steps=24, by_epoch=False),
                                  momentum('CosineAnnealing', T_max=24, eta_min=0.5, by_epoch=False)],
        'lr_and_momentum': [lr('MultiStep', milestones=[2, 4], gamma=0.5), momentum('Linear', start_factor=0.5, end=8,
                                                                                    by_epoch=False)],
        'gap_between': [lr('Linear', start_factor=0.5, end=4, by_epoch=False),
                        lr('Exponential', gamma=0.9, begin=10, end=16, by_epoch=False)],
        'converted_pair': [lr('Linear', start_factor=0.1, end=2, convert_to_iter_based=True),
                           lr('CosineAnnealing', T_max=4, eta_min=0.001, begin=2, end=6, convert_to_iter_based=True)],
        'all_multiplicative': [lr('Step', step_size=2, gamma=0.9), lr('MultiStep', milestones=[1, 4], gamma=0.7),
                               lr('Exponential', gamma=0.99, by_epoch=False)],
    }
    for name, chain in chains.items():
        has_momentum = {'record_momentum': True} if 'momentum' in name else {}
        yield one(f'chain_{name}', chain, 6, 4, **has_momentum)
        yield one(f'chain_{name}_adam_groups', chain, 6, 4, optimizer=adam(0.001, 0.01, kind='AdamW'),
                  record_momentum=True)
        for step in (1, 4, 9, 23):
            yield one(f'chain_{name}_resume_{step}', chain, 6, 4, resume_at_iter=step, **has_momentum)
        yield one(f'chain_{name}_wrapper', chain, 6, 4, optimizer=sgd(0.1, 0.03), through_wrapper=True)
    yield one('wrapper_one_group', chains['linear_cosine'], 6, 4, through_wrapper=False)
    yield one('wrapper_resume', chains['linear_multistep_epoch'], 6, 4, optimizer=sgd(0.1, 0.03),
              through_wrapper=True, resume_at_iter=7)


def converted_cases():
    settings = {
        'constant': lr('Constant', factor=0.5, end=3), 'linear': lr('Linear', start_factor=0.1, begin=1, end=4),
        'step': lr('Step', step_size=2, gamma=0.5), 'multistep': lr('MultiStep', milestones=[1, 3], gamma=0.5),
        'exponential': lr('Exponential', gamma=0.95, begin=1, end=4),
        'cosine': lr('CosineAnnealing', T_max=5, eta_min=0.002, end=5),
        'cosine_from_window': lr('CosineAnnealing', begin=1, end=5),
        'poly': lr('Poly', power=0.9, eta_min=0.001, end=5),
        'restart': lr('CosineRestart', periods=[2, 3], restart_weights=[1.0, 0.5], eta_min=0.001),
        'restart_window': lr('CosineRestart', periods=[2, 1], restart_weights=[1.0, 0.5], eta_min_ratio=0.1, begin=1,
                             end=4),
        'momentum_cosine': momentum('CosineAnnealing', T_max=5, eta_min=0.5),
        'momentum_multistep': momentum('MultiStep', milestones=[2], gamma=0.9),
        'momentum_poly': momentum('Poly', power=2.0, eta_min=0.3, end=6),
    }
    for (name, scheduler), length in itertools.product(settings.items(), (3, 7)):
        record = {'record_momentum': True} if name.startswith('momentum') else {}
        yield one(f'converted_{name}_{length}', dict(scheduler, convert_to_iter_based=True), 6, length, **record)
        yield one(f'converted_{name}_{length}_loop_end', dict(scheduler, convert_to_iter_based=True), 6, length,
                  default_end_from_loop=True, resume_at_iter=length * 2, **record)


def loop_end_cases():
    for kind in ('Linear', 'CosineAnnealing', 'Poly', 'Constant', 'Exponential'):
        arguments = dict(gamma=0.9) if kind == 'Exponential' else {}
        for by_epoch in (True, False):
            yield one(f'loop_end_{kind.lower()}_{"epoch" if by_epoch else "iter"}',
                      lr(kind, **arguments, by_epoch=by_epoch), 5, 4, default_end_from_loop=True)
            yield one(f'loop_end_{kind.lower()}_{"epoch" if by_epoch else "iter"}_begin',
                      lr(kind, **arguments, by_epoch=by_epoch, begin=2), 5, 4, default_end_from_loop=True)


def odd_cases():
    yield one('group_momenta', momentum('CosineRestart', periods=[3, 4], restart_weights=[1.0, 0.5], eta_min_ratio=0.2,
              by_epoch=False), 1, 9, record_momentum=True,
              optimizer=dict(type='SGD', lr=0.1, momentum=0.9, groups=[dict(lr=0.1, momentum=0.5), dict(lr=0.2)]))
    yield one('group_betas', momentum('Exponential', gamma=0.9, by_epoch=False), 1, 9, record_momentum=True,
              optimizer=dict(type='AdamW', lr=0.001, betas=[0.9, 0.999],
                             groups=[dict(lr=0.001, betas=[0.8, 0.99]), dict(lr=0.002)]))
    yield one('rmsprop_momentum', momentum('Linear', start_factor=0.5, end=5, by_epoch=False), 1, 8,
              record_momentum=True, optimizer=dict(type='RMSprop', lr=0.01, momentum=0.8, groups=[dict(lr=0.01)]))
    yield one('nadam_momentum', momentum('Step', step_size=3, gamma=0.9, by_epoch=False), 1, 8, record_momentum=True,
              optimizer=dict(type='NAdam', lr=0.002, betas=[0.9, 0.999], groups=[dict(lr=0.002)]))
    yield one('group_default_lr', lr('Exponential', gamma=0.9, by_epoch=False), 1, 6,
              optimizer=dict(type='SGD', lr=0.05, momentum=0.9, groups=[dict(), dict(lr=0.5)]))
    yield one('onecycle_beyond_its_steps', lr('OneCycle', eta_max=0.2, total_steps=6, by_epoch=False), 1, 9)
    yield one('constant_zero_undone', [lr('Constant', factor=0.0, end=4), lr('Step', step_size=2)], 6, 2)
    yield one('tiny_lr', lr('Poly', power=0.9, eta_min=1e-9, end=10, by_epoch=False), 1, 12, optimizer=sgd(1e-8))
    yield one('long_cosine', lr('CosineAnnealing', T_max=300, eta_min=1e-5, by_epoch=False), 1, 300)
    yield one('long_restart', lr('CosineRestart', periods=[60, 90, 120], restart_weights=[1.0, 0.5, 0.25],
              eta_min=1e-4, by_epoch=False), 1, 280)
    yield one('long_warmup', [lr('Linear', start_factor=1e-5, end=150, by_epoch=False),
              lr('CosineAnnealing', T_max=150, begin=150, end=300, by_epoch=False)], 1, 300)


def error_cases():
    wrong = {
        'linear_end_factor_above': lr('Linear', end_factor=1.5), 'linear_start_factor_above': lr('Linear', start_factor=2.0),
        'linear_end_factor_negative': lr('Linear', end_factor=-0.5), 'constant_negative': lr('Constant', factor=-0.5),
        'begin_after_end': lr('Exponential', gamma=0.9, begin=7, end=3),
        'momentum_constant_above': momentum('Constant', factor=1.01),
        'momentum_linear_start': momentum('Linear', start_factor=-1.0),
        'momentum_end': momentum('Poly', begin=4, end=4),
        'cosine_both': momentum('CosineAnnealing', T_max=4, eta_min=0.1, eta_min_ratio=0.5),
        'restart_both': lr('CosineRestart', periods=[2], eta_min=0.1, eta_min_ratio=0.1),
        'restart_mismatch': lr('CosineRestart', periods=[2, 3, 4], restart_weights=[1.0, 0.5], eta_min=0.0),
        'restart_momentum_no_eta': momentum('CosineRestart', periods=[2, 2]),
        'onecycle_negative_steps': lr('OneCycle', eta_max=0.1, total_steps=-3),
        'onecycle_float_steps': lr('OneCycle', eta_max=0.1, total_steps=10.5),
        'onecycle_pct_above': lr('OneCycle', eta_max=0.1, total_steps=10, pct_start=1.5),
        'onecycle_pct_negative': lr('OneCycle', eta_max=0.1, total_steps=10, pct_start=-0.5),
        'onecycle_strategy': lr('OneCycle', eta_max=0.1, total_steps=10, anneal_strategy='cosine'),
        'onecycle_eta_count': lr('OneCycle', eta_max=[0.1, 0.2, 0.3], total_steps=10),
        'plateau_factor_above': lr('ReduceOnPlateau', factor=1.5),
        'plateau_rule': lr('ReduceOnPlateau', rule='max'),
        'plateau_threshold_rule': lr('ReduceOnPlateau', threshold_rule='relative'),
        'plateau_min_value_count': lr('ReduceOnPlateau', min_value=[0.1, 0.2, 0.3]),
        'plateau_momentum_factor': momentum('ReduceOnPlateau', factor=1.0),
        'plateau_momentum_by_iter': momentum('ReduceOnPlateau', by_epoch=False),
        'last_step_multistep': lr('MultiStep', milestones=[3], last_step=0),
        'last_step_momentum': momentum('Exponential', gamma=0.9, last_step=2),
        'missing_step_size': lr('Step'), 'missing_gamma': lr('Exponential'), 'missing_milestones': lr('MultiStep'),
        'missing_periods': lr('CosineRestart', eta_min=0.0),
        'unknown_argument': lr('Step', step_size=2, gama=0.5), 'unknown_class': lr('Cosine', T_max=5),
    }
    for name, scheduler in wrong.items():
        yield dict(name=f'error_{name}', kind='error', n_groups=2, scheduler=scheduler, default_args={})
    yield dict(name='error_convert_by_iter', kind='error', n_groups=1, default_args=dict(epoch_length=4),
               scheduler=lr('Step', step_size=2, by_epoch=False, convert_to_iter_based=True))
    yield dict(name='error_convert_length_zero', kind='error', n_groups=1, default_args=dict(epoch_length=0),
               scheduler=lr('Step', step_size=2, convert_to_iter_based=True))


def cases():
    groups = (single_cases, one_cycle_cases, chain_cases, converted_cases, loop_end_cases, odd_cases, error_cases)
    return [case for make in groups for case in make()]


# ---- plateau


def losses(*values, name='loss'):
    return [{name: value} for value in values]


def plateau(name, arguments, metrics, epochs=None, optimizer=None, kind='LR', **fields):
    scheduler = dict(type=f'ReduceOnPlateau{kind}', **arguments)
    return dict(name=name, optimizer=optimizer or sgd(), schedulers=[scheduler], metrics=metrics,
                max_epochs=epochs or len(metrics) * fields.get('val_interval', 1), **fields)


def plateau_cases():
    flat = losses(*[1.0] * 14)
    falling = losses(*[1.0 - 0.01 * step for step in range(14)])
    noisy = losses(1.0, 0.8, 0.85, 0.79, 0.7999, 0.81, 0.6, 0.61, 0.62, 0.599, 0.7, 0.71, 0.72, 0.5)
    rising = losses(*[0.1, 0.2, 0.2, 0.25, 0.24, 0.26, 0.26, 0.26, 0.3, 0.3, 0.3, 0.29, 0.31, 0.31], name='acc')
    up = dict(monitor='acc', rule='greater')
    settings = {
        'default_flat': ({}, flat), 'patience_0': (dict(patience=0), noisy), 'patience_1': (dict(patience=1), noisy),
        'patience_3': (dict(patience=3, factor=0.2), noisy), 'factor_0': (dict(patience=1, factor=0.0), flat),
        'threshold_0': (dict(patience=1, threshold=0.0), noisy), 'threshold_big': (dict(patience=1, threshold=0.5), falling),
        'abs_threshold': (dict(patience=1, threshold=0.05, threshold_rule='abs'), falling),
        'greater_rel': (dict(up, patience=1, threshold=0.01), rising),
        'greater_abs': (dict(up, patience=0, threshold=0.03, threshold_rule='abs'), rising),
        'cooldown_1': (dict(patience=0, cooldown=1, factor=0.5), flat),
        'cooldown_4': (dict(patience=1, cooldown=4, factor=0.5), noisy),
        'min_value': (dict(patience=0, min_value=0.02, factor=0.5), flat),
        'eps': (dict(patience=0, factor=0.5, eps=0.02), flat),
        'window': (dict(patience=0, factor=0.5, begin=3, end=8), flat),
        'begin': (dict(patience=1, factor=0.5, begin=2), noisy), 'end': (dict(patience=0, end=4), flat),
        'nan': (dict(patience=1, factor=0.5), losses(1.0, 'nan', 'nan', 0.5, 'nan', 0.4, 'nan', 'nan')),
        'inf': (dict(patience=0, factor=0.5), losses('inf', 1.0, 'inf', '-inf', 0.5, 0.4)),
        'negative': (dict(patience=0, factor=0.5), losses(-1.0, -1.00005, -1.1, -1.0, -2.0, -1.5)),
        'negative_greater': (dict(up, patience=0, factor=0.5), losses(-1.0, -0.99995, -0.9, -1.0, -0.5, 0.0, 0.0,
                                                                      name='acc')),
        'zero': (dict(patience=0, factor=0.5), losses(0.0, 0.0, -0.1, 0.0)),
        'ints': (dict(patience=0, factor=0.5), losses(5, 4, 4, 3, 3)),
        'repeats_last': (dict(patience=1, factor=0.5), losses(1.0, 0.5)),
    }
    for name, (arguments, metrics) in settings.items():
        epochs = 9 if name == 'repeats_last' else None
        yield plateau(name, arguments, metrics, epochs)
        yield plateau(f'{name}_groups', arguments, metrics, epochs, sgd(0.1, 0.02))
        yield plateau(f'{name}_val_2', arguments, metrics[:6], val_interval=2)
    yield plateau('min_value_list', dict(patience=0, min_value=[0.03, 0.001], factor=0.3), flat[:6],
                  optimizer=sgd(0.1, 0.02))
    yield plateau('val_3', dict(patience=0, factor=0.5), noisy[:4], val_interval=3)
    yield plateau('val_3_more_epochs', dict(patience=0, factor=0.5), noisy[:4], epochs=14, val_interval=3)
    for monitor, metrics in (('acc', losses(1.0)), ('val/loss', losses(1.0)), ('loss', [{}])):
        yield plateau(f'missing_{monitor.replace("/", "_")}_{len(metrics[0])}', dict(monitor=monitor), metrics)
    yield plateau('missing_later', dict(patience=0), [dict(loss=1.0), dict(loss=1.0), dict(acc=0.5)])
    yield plateau('missing_outside_window', dict(patience=0, begin=2), [dict(acc=1.0), dict(loss=1.0), dict(loss=1.0)])
    yield plateau('other_keys_too', dict(monitor='val/loss', patience=0), [{'val/loss': 1.0, 'acc': 0.5}] * 4)
    with_others = plateau('with_warmup_and_step', dict(patience=0, factor=0.5), flat[:8])
    with_others['schedulers'] = [lr('Linear', start_factor=0.1, end=4), *with_others['schedulers'],
                                 lr('MultiStep', milestones=[5], gamma=0.1)]
    yield with_others
    yield plateau('momentum', dict(patience=1, factor=0.5), flat[:8], kind='Momentum')
