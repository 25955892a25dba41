"""Traces of small runs, the order of hooks, and priorities."""

# ---- traces


def by_epoch(epochs, **fields):
    return dict(by_epoch=True, max_epochs=epochs, **fields)


def by_iter(iters, **fields):
    return dict(by_epoch=False, max_iters=iters, **fields)


def saved(**arguments):
    return dict(checkpoint=dict(type='CheckpointHook', **arguments))


NOT_SAVED = dict(checkpoint=None)


def phase(train_cfg=None, call='train', hooks=None, **fields):
    outer = {key: fields.pop(key) for key in ('stop_at', 'tracers', 'reuse_runner') if key in fields}
    runner = dict(default_hooks=NOT_SAVED if hooks is None else hooks, **fields)
    if train_cfg is not None:
        runner['train_cfg'] = train_cfg
    return dict(call=call, runner=runner, **outer)


def trace(name, *phases):
    return dict(name=name, phases=list(phases))


def trace_cases():
    for name, config in {
            'one_epoch': by_epoch(1), 'val_interval_2': by_epoch(4, val_interval=2),
            'val_interval_3_forced_last': by_epoch(4, val_interval=3), 'val_interval_above': by_epoch(2, val_interval=9),
            'val_begin_3': by_epoch(4, val_begin=3), 'val_begin_above': by_epoch(2, val_begin=5),
            'val_begin_and_interval': by_epoch(6, val_begin=4, val_interval=3),
            'dynamic_two': by_epoch(8, val_interval=4, dynamic_intervals=[[3, 2], [6, 1]]),
            'dynamic_from_start': by_epoch(4, val_interval=3, dynamic_intervals=[[0, 2]]),
            'dynamic_with_begin': by_epoch(6, val_begin=3, val_interval=2, dynamic_intervals=[[5, 1]]),
            'dynamic_larger_later': by_epoch(7, val_interval=1, dynamic_intervals=[[3, 3]]),
    }.items():
        yield trace(f'epoch_{name}', phase(config))
        yield trace(f'epoch_{name}_small', phase(config, train=[2, 2], val=[1, 1], hooks=saved(interval=2)))
    for name, config in {
            'one': by_iter(1), 'interval_2': by_iter(5, val_interval=2), 'default_interval': by_iter(3),
            'interval_above': by_iter(3, val_interval=10), 'begin_4': by_iter(6, val_begin=4, val_interval=1),
            'begin_and_interval': by_iter(8, val_begin=3, val_interval=3),
            'dynamic': by_iter(9, val_interval=4, dynamic_intervals=[[6, 1]]),
            'dynamic_two': by_iter(10, val_interval=5, dynamic_intervals=[[3, 2], [7, 3]]),
    }.items():
        yield trace(f'iter_{name}', phase(config, train=[6, 2]))
        yield trace(f'iter_{name}_saved', phase(config, train=[8, 2], hooks=saved(interval=3, by_epoch=False)))
    yield from other_traces()
    yield from resumed_traces()
    yield from order_cases()
    yield from priority_cases()


def other_traces():
    yield trace('odd_batches', phase(by_epoch(2), train=[5, 2], val=[3, 2]))
    yield trace('no_val_iter', phase(by_iter(4), val=None))
    yield trace('val_larger', phase(call='val', val=[5, 2], metrics=[dict(acc=0.5, loss=1.0)]))
    yield trace('test_larger', phase(call='test', val=None, test=[4, 1], metrics=[{'coco/mAP': 0.25}]))
    yield trace('test_with_val', phase(call='test', test=[2, 2], metrics=[dict(acc=0.1)]))
    yield trace('train_then_test', phase(by_epoch(1), test=[2, 1], metrics=[dict(acc=0.5), dict(acc=0.6)]),
                dict(call='test', reuse_runner=True))
    yield trace('train_then_val', phase(by_epoch(2), metrics=[dict(acc=0.5)]), dict(call='val', reuse_runner=True))
    yield trace('val_then_test', phase(call='val', test=[2, 1]), dict(call='test', reuse_runner=True))
    yield trace('test_twice', phase(call='test', val=None, test=[2, 1], metrics=[dict(acc=0.1), dict(acc=0.2)]),
                dict(call='test', reuse_runner=True))
    yield trace('metrics_repeat', phase(by_epoch(4), metrics=[dict(acc=0.1), dict(acc=0.2)]))
    for point, epoch, iteration in (('after_train_iter', 1, 2), ('after_train_epoch', 0, 2), ('before_val', 1, 2),
                                    ('before_train_epoch', 1, 2), ('before_train', 0, 0), ('after_val', 2, 4)):
        yield trace(f'stop_{point}', phase(by_epoch(4), stop_at=[point, epoch, iteration], hooks=saved(interval=1)))
    for point, epoch, iteration in (('after_train_iter', 0, 3), ('after_val_epoch', 0, 4)):
        # Without checkpoints: hookloop saves where a run is stopped, MMEngine only at intervals.
        yield trace(f'stop_iter_{point}', phase(by_iter(9, val_interval=2), stop_at=[point, epoch, iteration]))
    tracers = [dict(label='a', priority='NORMAL'), dict(label='b', priority='HIGHEST'), dict(label='c', priority=50),
               dict(label='d', priority='very_low')]
    yield trace('four_tracers', phase(by_epoch(1), train=[2, 2], tracers=tracers, hooks=saved(interval=1)))
    yield trace('tracers_around_checkpoint', phase(by_epoch(2), train=[2, 2], val=None, hooks=saved(interval=1), tracers=[
        dict(label='before', priority=89), dict(label='same', priority='VERY_LOW'), dict(label='last', priority=100)]))
    yield trace('best_checkpoints', phase(by_epoch(3), hooks=saved(interval=2, save_best='acc'),
                                          metrics=[dict(acc=0.5), dict(acc=0.4), dict(acc=0.6)]))
    yield trace('all_hooks_off', phase(by_epoch(1), hooks=dict(checkpoint=None, timer=None, logger=None,
                                       param_scheduler=None, sampler_seed=None, runtime_info=None)))


def resumed_traces():
    every = saved(interval=1)
    yield trace('resume_finished', phase(by_epoch(2), hooks=every), phase(by_epoch(2), hooks=every, resume=True))
    yield trace('resume_twice', phase(by_epoch(1), hooks=every), phase(by_epoch(2), hooks=every, resume=True),
                phase(by_epoch(3), hooks=every, resume=True))
    yield trace('resume_named', phase(by_epoch(3), hooks=every), phase(by_epoch(4), hooks=every, resume=True,
                                                                       load_from='epoch_1.pth'))
    yield trace('resume_nothing', phase(by_epoch(1), hooks=every, resume=True))
    yield trace('resume_val_interval', phase(by_epoch(3, val_interval=2), hooks=every),
                phase(by_epoch(6, val_interval=2), hooks=every, resume=True))
    some = saved(interval=2, by_epoch=False)
    yield trace('resume_iter', phase(by_iter(4, val_interval=2), hooks=some),
                phase(by_iter(7, val_interval=2), hooks=some, resume=True))
    yield trace('resume_iter_named', phase(by_iter(6, val_interval=3), hooks=some, train=[8, 2]),
                phase(by_iter(8, val_interval=3), hooks=some, train=[8, 2], resume=True, load_from='iter_4.pth'))
    yield trace('resume_iter_finished', phase(by_iter(3, val_interval=2), hooks=some),
                phase(by_iter(3, val_interval=2), hooks=some, resume=True))
    yield trace('load_then_test', phase(by_epoch(1), hooks=every),
                phase(call='test', val=None, test=[2, 1], load_from='epoch_1.pth'))
    yield trace('load_then_val', phase(by_epoch(1), hooks=every), phase(call='val', load_from='epoch_1.pth'))
    yield trace('load_iter', phase(by_iter(4, val_interval=2), hooks=some),
                phase(by_iter(2, val_interval=2), hooks=some, load_from='iter_4.pth'))
    yield trace('epoch_run_by_iter_saves', phase(by_epoch(2), hooks=saved(interval=3, by_epoch=False)))
    yield trace('iter_run_by_epoch_saves', phase(by_iter(5, val_interval=2), hooks=saved(interval=1)))
    yield trace('resume_after_stop', phase(by_epoch(4), hooks=every, stop_at=['after_val_epoch', 2, 4]),
                phase(by_epoch(3), hooks=every, resume=True))


def order_cases():
    def order(name, custom=(), defaults=None, later=()):
        case = dict(name=f'order_{name}', kind='order', custom_hooks=list(custom))
        if defaults is not None:
            case['default_hooks'] = defaults
        if later:
            case['register_later'] = list(later)
        return case

    letters = 'ABCDEFGHI'
    names = ['HIGHEST', 'VERY_HIGH', 'HIGH', 'ABOVE_NORMAL', 'NORMAL', 'BELOW_NORMAL', 'LOW', 'VERY_LOW', 'LOWEST']
    yield order('all_names', [dict(label=letter, class_priority=name) for letter, name in zip(letters, names)])
    yield order('all_names_reversed', [dict(label=letter, config_priority=name) for letter, name in
                                       zip(letters, reversed(names))])
    yield order('ints', [dict(label=letter, config_priority=number) for letter, number in
                         zip(letters, (0, 100, 50, 10, 11, 49, 51, 90, 89))])
    yield order('class_ints', [dict(label=letter, class_priority=number) for letter, number in zip('ABC', (70, 71, 69))])
    yield order('lower_case', [dict(label='A', config_priority='very_high'), dict(label='B', class_priority='lowest'),
                               dict(label='C', config_priority='Low')])
    yield order('later', [dict(label='A')], later=[dict(label='B'), dict(label='C', class_priority='HIGH'),
                dict(label='D', call_priority='VERY_HIGH'), dict(label='E', class_priority='LOW', call_priority=5),
                dict(label='F', config_priority=95)])
    yield order('later_call_wins', [], later=[dict(label='A', class_priority='LOW', config_priority='HIGH',
                                                   call_priority='LOWEST')])
    yield order('many_equal', [dict(label=letter) for letter in letters])
    yield order('no_defaults', [dict(label='A'), dict(label='B', class_priority='HIGH')],
                dict(runtime_info=None, timer=None, sampler_seed=None, logger=None, param_scheduler=None, checkpoint=None))
    for key in ('runtime_info', 'timer', 'sampler_seed', 'logger', 'param_scheduler', 'checkpoint'):
        yield order(f'without_{key}', [dict(label='A')], {key: None})
    yield order('default_priority_moved', [dict(label='A')],
                dict(logger=dict(type='LoggerHook', priority='VERY_LOW'), timer=dict(type='IterTimerHook', priority=20)))
    yield order('default_priority_high', [], dict(checkpoint=dict(type='CheckpointHook', interval=2, priority='HIGHEST')))


def priority_cases():
    values = ['HIGHEST', 'VERY_HIGH', 'HIGH', 'ABOVE_NORMAL', 'NORMAL', 'BELOW_NORMAL', 'LOW', 'VERY_LOW', 'LOWEST',
              'Normal', 'above_normal', 'lOw', 1, 50, 99, -1, 1000, 'MEDIUM', '', 'very high', '50', 3.5, None, [50]]
    for number, value in enumerate(values):
        yield dict(name=f'priority_{number}_{value}', kind='priority', value=value)
