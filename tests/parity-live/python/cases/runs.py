"""Runs of the Runner: traces, checkpoints, times and log lines."""
import itertools

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


# ---- checkpoints


def save(name, *phases, **fields):
    return dict(name=name, phases=[dict(train_cfg=config, checkpoint=checkpoint, **more)
                                   for config, checkpoint, more in phases], **fields)


def acc(*values, **others):
    return [dict(acc=value, **others) for value in values]


def checkpoint_cases():
    six, seven = by_epoch(6), by_iter(7, val_interval=3)
    for interval, keep, begin, last in itertools.product((1, 2, 4), (None, 1, 3), (0, 2), (True, False)):
        options = dict(interval=interval, save_begin=begin, save_last=last)
        if keep:
            options['max_keep_ckpts'] = keep
        yield save(f'epoch_{interval}_{keep}_{begin}_{last}', (six, options, {}))
        yield save(f'iter_{interval}_{keep}_{begin}_{last}', (seven, dict(options, by_epoch=False), {}))
    scores = acc(0.5, 0.7, 0.6, 0.8, 0.75, 0.9)
    for interval, keep in itertools.product((-1, 1, 3), (None, 2)):
        options = dict(interval=interval, save_best='acc')
        if keep:
            options['max_keep_ckpts'] = keep
        yield save(f'best_{interval}_{keep}', (six, options, dict(metrics=scores)), trace_files=True)
        yield save(f'best_iter_{interval}_{keep}', (seven, dict(options, by_epoch=False), dict(metrics=scores)),
                   trace_files=True)
        yield save(f'best_no_last_{interval}_{keep}', (six, dict(options, save_last=False), dict(metrics=scores)))
    yield from best_rules()
    yield from resumed_saves()
    yield from other_saves()
    yield from checkpoint_errors()


def best_rules():
    four = by_epoch(4)
    two = [dict(acc=0.1, loss=0.9, mIoU=0.3), dict(acc=0.3, loss=0.8, mIoU=0.2), dict(acc=0.2, loss=0.5, mIoU=0.4),
           dict(acc=0.2, loss=0.6, mIoU=0.4)]
    options = {
        'auto': dict(save_best='auto'), 'auto_list': dict(save_best=['auto']), 'loss': dict(save_best='loss'),
        'pair_inferred': dict(save_best=['acc', 'loss']), 'pair_rules': dict(save_best=['acc', 'loss'],
                                                                            rule=['greater', 'less']),
        'three': dict(save_best=['acc', 'loss', 'mIoU']), 'one_rule_for_two': dict(save_best=['acc', 'mIoU'], rule='greater'),
        'one_rule_list': dict(save_best=['acc', 'mIoU'], rule=['greater']),
        'against_name': dict(save_best='acc', rule='less'), 'single_list': dict(save_best=['mIoU']),
        'auto_rule': dict(save_best='auto', rule='less'),
        'own_greater_keys': dict(save_best='loss', greater_keys=['loss']),
        'own_less_keys': dict(save_best='acc', less_keys=['acc'], greater_keys=['nothing']),
        'own_greater_key_text': dict(save_best='loss', greater_keys='loss'),
    }
    for name, arguments in options.items():
        for interval in (1, -1, 3):
            yield save(f'rule_{name}_{interval}', (four, dict(arguments, interval=interval), dict(metrics=two)))
    names = {'coco/bbox_mAP': [0.1, 0.2, 0.3, 0.1], 'top1_acc': [1, 2, 3, 3], 'val_loss': [4, 3, 2, 5],
             'a/b/c_precision': [0.1, 0.3, 0.2, 0.4], 'AR@100': [0.3, 0.2, 0.4, 0.1], 'ACC': [0.1, 0.2, 0.1, 0.1]}
    for key, values in names.items():
        yield save(f'key_{key.replace("/", "_")}', (four, dict(interval=2, save_best=key),
                                                    dict(metrics=[{key: value} for value in values])))
    odd = {'none_value': [dict(acc=None), dict(acc=0.5), dict(acc=None), dict(acc=0.6)],
           'nan': [dict(acc='nan'), dict(acc=0.5), dict(acc='nan'), dict(acc=0.6)],
           'inf': [dict(acc=0.5), dict(acc='inf'), dict(acc=0.7), dict(acc='inf')],
           'minus_inf': [dict(acc='-inf'), dict(acc=-5.0), dict(acc=-6.0), dict(acc=-4.0)],
           'equal': acc(0.5, 0.5, 0.5, 0.5), 'ints': acc(1, 2, 2, 3), 'empty_then_some': [{}, dict(acc=0.5), {}, dict(acc=0.6)],
           'zero': acc(0, 0.0, 0.1, 0)}
    for name, metrics in odd.items():
        yield save(f'value_{name}', (four, dict(interval=1, save_best='acc'), dict(metrics=metrics)))
        yield save(f'value_{name}_best_only', (four, dict(save_best='acc', save_last=False), dict(metrics=metrics)))
    yield save('missing_later', (four, dict(interval=1, save_best='acc'), dict(metrics=[dict(acc=0.5), dict(other=1.0)])))
    yield save('missing_one_of_two', (four, dict(interval=1, save_best=['acc', 'mIoU']), dict(metrics=acc(0.5))))
    yield save('val_interval_2', (by_epoch(5, val_interval=2), dict(interval=1, save_best='acc'),
                                  dict(metrics=acc(0.5, 0.6, 0.4))))
    yield save('val_begin_3', (by_epoch(5, val_begin=3), dict(interval=4, save_best='acc'),
                               dict(metrics=acc(0.5, 0.6, 0.7))))
    yield save('dynamic_intervals', (by_epoch(6, val_interval=3, dynamic_intervals=[[5, 1]]),
                                     dict(interval=2, save_best='acc'), dict(metrics=acc(0.5, 0.6, 0.7))))


def resumed_saves():
    two, four = by_epoch(2), by_epoch(4)
    again = dict(runner=dict(resume=True))
    for name, options in {'plain': dict(interval=1), 'keep_1': dict(interval=1, max_keep_ckpts=1),
                          'keep_3': dict(interval=1, max_keep_ckpts=3), 'interval_2': dict(interval=2),
                          'save_begin': dict(interval=2, save_begin=1)}.items():
        yield save(f'resume_{name}', (two, options, {}), (four, options, again))
        yield save(f'resume_{name}_finished', (two, options, {}), (two, options, again))
    best = dict(interval=1, save_best='acc', max_keep_ckpts=2)
    yield save('resume_best_worse', (two, best, dict(metrics=acc(0.5, 0.7))),
               (four, best, dict(again, metrics=acc(0.6, 0.65))))
    yield save('resume_best_better', (two, best, dict(metrics=acc(0.5, 0.7))),
               (four, best, dict(again, metrics=acc(0.8, 0.9))))
    lists = dict(interval=1, save_best=['acc', 'loss'])
    yield save('resume_best_list', (two, lists, dict(metrics=[dict(acc=0.5, loss=1.0), dict(acc=0.6, loss=1.1)])),
               (four, lists, dict(again, metrics=[dict(acc=0.4, loss=0.9), dict(acc=0.7, loss=0.8)])))
    yield save('resume_keeps_fewer', (four, dict(interval=1, max_keep_ckpts=4), {}),
               (by_epoch(5), dict(interval=1, max_keep_ckpts=2), again))
    yield save('resume_keeps_fewer_finished', (four, dict(interval=1, max_keep_ckpts=4), {}),
               (four, dict(interval=1, max_keep_ckpts=2), again))
    yield save('resume_auto', (two, dict(interval=1, save_best='auto'), dict(metrics=acc(0.5, 0.7))),
               (four, dict(interval=1, save_best='auto'), dict(again, metrics=acc(0.6, 0.9))))
    yield save('resume_named', (four, dict(interval=1), {}), (four, dict(interval=1),
                                                             dict(runner=dict(resume=True, load_from='epoch_2.pth'))))
    yield save('load_only', (two, best, dict(metrics=acc(0.5, 0.7))),
               (two, best, dict(runner=dict(load_from='epoch_2.pth'), metrics=acc(0.6, 0.65))))
    yield save('resume_nothing', (two, dict(interval=1), again))
    iters = dict(interval=2, by_epoch=False, max_keep_ckpts=2, save_best='acc')
    yield save('resume_iter', (by_iter(4, val_interval=2), iters, dict(metrics=acc(0.5, 0.6))),
               (by_iter(9, val_interval=2), iters, dict(again, metrics=acc(0.55, 0.7, 0.65))))
    yield save('resume_without_optimizer', (two, dict(interval=1, save_optimizer=False), {}),
               (four, dict(interval=1, save_optimizer=False), again))
    step = dict(param_scheduler=dict(type='StepLR', step_size=1, by_epoch=True))
    yield save('resume_scheduler', (two, dict(interval=1), step), (four, dict(interval=1), dict(again, **step)))


def other_saves():
    three, step = by_epoch(3), dict(type='StepLR', step_size=1, by_epoch=True)
    for name, template in {'dash': 'model-{}.pth', 'padded': 'ckpt_{:03d}.pth', 'no_suffix_word': 'net{}_x.pth'}.items():
        yield save(f'template_{name}', (three, dict(interval=1, filename_tmpl=template), {}))
        yield save(f'template_{name}_best_keep', (three, dict(interval=1, filename_tmpl=template, save_best='acc',
                                                             max_keep_ckpts=1), dict(metrics=acc(0.5, 0.7, 0.6))))
    yield save('template_iter', (by_iter(5, val_interval=2), dict(interval=2, by_epoch=False, filename_tmpl='it-{}.pth',
                                                                 save_best='acc'), dict(metrics=acc(0.5, 0.6, 0.4))))
    for optimizer, schedulers in itertools.product((True, False), repeat=2):
        options = dict(interval=2, save_optimizer=optimizer, save_param_scheduler=schedulers)
        yield save(f'parts_{optimizer}_{schedulers}', (three, options, dict(param_scheduler=[step, step])))
    for name, keys in {'weights': ['meta', 'state_dict'], 'weights_only': 'state_dict', 'many': ['meta', 'state_dict',
                       'message_hub', 'optimizer'], 'tuple': ['state_dict', 'meta']}.items():
        yield save(f'published_{name}', (three, dict(interval=1, published_keys=keys), {}))
        yield save(f'published_{name}_best', (three, dict(interval=1, published_keys=keys, save_best='acc'),
                                              dict(metrics=acc(0.5, 0.7, 0.6))))
    yield save('published_no_last', (three, dict(interval=1, published_keys=['state_dict'], save_last=False), {}))
    yield save('published_two_best', (three, dict(interval=1, published_keys=['meta', 'state_dict'],
               save_best=['acc', 'mIoU']), dict(metrics=[dict(acc=0.5, mIoU=0.3), dict(acc=0.4, mIoU=0.4)])))
    yield save('no_val', (three, dict(interval=1, save_best='acc'), dict(val=None)))
    yield save('by_iter_in_epochs', (three, dict(interval=4, by_epoch=False), {}), trace_files=True)
    yield save('by_epoch_in_iters', (by_iter(4, val_interval=2), dict(interval=1), {}))
    yield save('best_by_iter_in_epochs', (three, dict(interval=4, by_epoch=False, save_best='acc'),
                                          dict(metrics=acc(0.5, 0.7, 0.6))), trace_files=True)
    yield save('interval_above', (three, dict(interval=10), {}))
    yield save('interval_zero', (three, dict(interval=0), {}))
    yield save('begin_above', (three, dict(interval=1, save_begin=9), {}))
    yield save('more_samples', (by_epoch(2), dict(interval=1), dict(train=[5, 2], val=[1, 1])))
    yield save('out_dir', (three, dict(interval=1, out_dir='<work_dir>/elsewhere'), {}))
    yield save('out_dir_best', (three, dict(interval=2, out_dir='<work_dir>/elsewhere', save_best='acc',
                                            max_keep_ckpts=1), dict(metrics=acc(0.5, 0.7, 0.6))))


def checkpoint_errors():
    wrong = {
        'save_best_number_list': dict(save_best=[1, 2]), 'auto_among_others': dict(save_best=['auto', 'acc']),
        'duplicate_best': dict(save_best=['acc', 'acc']), 'rule_number': dict(save_best='acc', rule=3),
        'rule_count': dict(save_best=['acc', 'loss', 'mIoU'], rule=['greater', 'less']),
        'rule_list_unknown': dict(save_best=['acc', 'loss'], rule=['greater', 'lower']),
        'rule_upper': dict(save_best='acc', rule='Greater'), 'cannot_infer_list': dict(save_best=['acc', 'score']),
        'cannot_infer_own_keys': dict(save_best='acc', greater_keys=['mAP']),
        'published_number': dict(published_keys=3), 'published_duplicate': dict(published_keys=['meta', 'meta']),
        'published_numbers': dict(published_keys=[1, 2]), 'save_begin_negative': dict(save_begin=-5),
        'greater_keys_numbers': dict(save_best='acc', greater_keys=[1]), 'less_keys_number': dict(save_best='acc', less_keys=[2]),
        'both_clients': dict(file_client_args=dict(backend='disk'), backend_args=dict(backend='local')),
    }
    for name, arguments in wrong.items():
        yield dict(name=f'error_{name}', kind='error', args=arguments)


# ---- times

EVEN = dict(train_data=0.125, train_step=0.375, val_data=0.0625, val_step=0.1875, evaluate=1.0, test_data=0.03125,
            test_step=0.25)
UNEVEN = dict(train_data=[0.5, 0.125, 0.25], train_step=[0.25, 1.0], val_data=[0.125, 0.5], val_step=[0.0625, 0.25, 2.0],
              evaluate=0.5, test_data=[0.25, 0.5], test_step=[1.0, 0.125], before_train_epoch=[0.0, 4.0])
SLOW = dict(train_data=1024.0, train_step=65536.5, val_data=256.0, val_step=8192.25, evaluate=4.0, test_data=64.0,
            test_step=4096.0)
ZERO = dict(train_data=0.0, train_step=0.0, val_data=0.0, val_step=0.0, evaluate=0.0, test_data=0.0, test_step=0.0)
DELAYS = dict(even=EVEN, uneven=UNEVEN, slow=SLOW, zero=ZERO)


def timer_cases():
    iters = dict(interval=4, by_epoch=False)
    for delay_name, delays in DELAYS.items():
        runs = {
            'epoch': [dict(train_cfg=by_epoch(2))], 'epoch_long': [dict(train_cfg=by_epoch(3), train=[7, 2], val=[5, 2])],
            'epoch_no_val': [dict(train_cfg=by_epoch(2), val=None)],
            'epoch_val_2': [dict(train_cfg=by_epoch(4, val_interval=2))],
            'iter': [dict(train_cfg=by_iter(7, val_interval=2), checkpoint=iters)],
            'iter_no_val': [dict(train_cfg=by_iter(5), val=None, checkpoint=iters)],
            'iter_short_loader': [dict(train_cfg=by_iter(6, val_interval=4), train=[2, 2], val=[3, 1], checkpoint=iters)],
            'val': [dict(call='val', val=[5, 2])], 'test': [dict(call='test', val=None, test=[4, 1])],
            'test_batches': [dict(call='test', val=None, test=[7, 3])],
            'resume': [dict(train_cfg=by_epoch(1)), dict(train_cfg=by_epoch(3), resume=True)],
            'resume_iter': [dict(train_cfg=by_iter(4, val_interval=2), checkpoint=iters),
                            dict(train_cfg=by_iter(9, val_interval=3), checkpoint=iters, resume=True)],
        }
        for name, phases in runs.items():
            yield dict(name=f'{name}_{delay_name}', delays=delays, phases=phases)


# ---- log lines

LOSSES = dict(losses=[4.0, 3.5, 3.25, 2.0, 1.5, 1.25, 1.0, 0.75])


def logged(name, *phases, delays=EVEN):
    return dict(name=name, delays=delays, phases=[dict(model=LOSSES, **one) if 'model' not in one else one
                                                  for one in phases])


def logger_cases():
    for interval, ignore in itertools.product((1, 2, 3, 5, 10), (True, False)):
        logger = dict(interval=interval, ignore_last=ignore)
        yield logged(f'epoch_{interval}_{ignore}', dict(train_cfg=by_epoch(2), logger=logger, train=[10, 2], val=[5, 2],
                     metrics=[dict(acc=0.5, f1=0.25), dict(acc=0.75, f1=0.5)]))
        yield logged(f'iter_{interval}_{ignore}', dict(train_cfg=by_iter(11, val_interval=4), train=[8, 2],
                     logger=dict(logger, log_metric_by_epoch=False), log_processor=dict(by_epoch=False),
                     metrics=[dict(acc=0.5), dict(acc=0.625), dict(acc=0.75)]))
    yield from processor_cases()
    yield from value_cases()
    yield from long_cases()
    yield from other_lines()
    yield from logger_errors()


def processor_cases():
    custom = {
        'max_10': [dict(data_src='loss', log_name='loss_max', method_name='max', window_size=10)],
        'min_epoch': [dict(data_src='loss', log_name='loss_min', method_name='min', window_size='epoch')],
        'mean_global': [dict(data_src='loss', log_name='smooth', method_name='mean', window_size='global')],
        'current': [dict(data_src='loss', log_name='now', method_name='current')],
        'overrides': [dict(data_src='loss', method_name='max', window_size='epoch')],
        'mean_of_all': [dict(data_src='loss', log_name='all', method_name='mean')],
        'lr_name': [dict(data_src='lr', log_name='top_lr', method_name='max', window_size='global')],
        'time_global': [dict(data_src='time', method_name='mean', window_size='global')],
        'data_time_max': [dict(data_src='data_time', log_name='slowest', method_name='max', window_size='epoch')],
        'absent': [dict(data_src='nothing', log_name='none', method_name='mean', window_size=3)],
        'two': [dict(data_src='loss', log_name='first', method_name='mean', window_size=2),
                dict(data_src='acc', log_name='best_acc', method_name='max', window_size='global')],
    }
    metrics = [dict(acc=0.5), dict(acc=0.75)]
    for name, entries in custom.items():
        yield logged(f'custom_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=2), metrics=metrics,
                                            log_processor=dict(custom_cfg=entries)), delays=UNEVEN)
        if any(entry.get('window_size') == 'epoch' for entry in entries) or 'window_size' not in entries[0]:
            continue
        yield logged(f'custom_{name}_iter', dict(train_cfg=by_iter(9, val_interval=4), logger=dict(interval=3),
                     metrics=metrics, log_processor=dict(custom_cfg=entries, by_epoch=False)), delays=UNEVEN)
    for size, digits in itertools.product((1, 4, 100), (2, 4, 6, 0)):
        yield logged(f'window_{size}_digits_{digits}', dict(train_cfg=by_epoch(2), logger=dict(interval=2),
                     metrics=metrics, log_processor=dict(window_size=size, num_digits=digits)), delays=UNEVEN)
    for by_epoch_too in (True, False):
        processor = dict(log_with_hierarchy=True, by_epoch=by_epoch_too)
        config = by_epoch(2) if by_epoch_too else by_iter(6, val_interval=3)
        yield logged(f'hierarchy_{by_epoch_too}', dict(train_cfg=config, logger=dict(interval=2), metrics=metrics,
                                                       log_processor=processor))
    yield logged('hierarchy_custom', dict(train_cfg=by_epoch(1), logger=dict(interval=2), metrics=metrics, log_processor=dict(
        log_with_hierarchy=True, custom_cfg=[dict(data_src='loss', log_name='worst', method_name='max', window_size='epoch')])))
    for name, pattern in {'acc': '.*acc.*', 'nothing': 'nothing', 'everything': '.*'}.items():
        yield logged(f'mean_pattern_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=2), metrics=metrics,
                     model=dict(LOSSES, extra=[dict(acc=10.0), dict(acc=20.0)]), log_processor=dict(mean_pattern=pattern)),
                     delays=UNEVEN)


def value_cases():
    extras = {'two_losses': [dict(loss_cls=1.0, loss_box=2.0)], 'accuracies': [dict(acc=50.0, top5=75.5), dict(acc=60.0,
              top5=80.0)], 'large': [dict(acc=123456.789, loss_x=1e-7)], 'negative': [dict(acc=-0.5, loss_x=-1.0)]}
    for name, extra in extras.items():
        yield logged(f'extra_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=2), model=dict(LOSSES, extra=extra)))
    yield logged('losses_nan', dict(train_cfg=by_epoch(1), logger=dict(interval=2), model=dict(LOSSES,
                 extra=[dict(acc='nan'), dict(acc='inf')])))
    metrics = {'text': [dict(acc=0.5, note='fine')], 'list': [dict(acc=0.5, per_class=[0.25, 0.75])],
               'bool': [dict(ok=True)], 'none': [dict(acc=None)], 'array_1': [dict(acc=dict(ndarray=[0.5]))],
               'array_2': [dict(acc=dict(ndarray=[0.5, 0.25]))], 'array_int': [dict(hist=dict(ndarray=[1, 20, 300]))],
               'matrix': [dict(acc=0.5, confusion=dict(ndarray=[[1.0, 2.0], [3.5, 4.0]]))],
               'nan': [dict(acc='nan'), dict(acc='inf')], 'prefixed': [{'coco/mAP': 0.5, 'coco/AP50': 0.75}],
               'small': [dict(acc=1.5e-9)], 'large': [dict(acc=123456789.125)], 'empty': [{}], 'negative': [dict(acc=-0.25)],
               'changing': [dict(acc=0.5), dict(f1=0.25), dict(acc=0.75, f1=0.5)], 'nested': [dict(parts=dict(a=1, b=0.5))],
               'lr_like': [dict(final_lr=0.5)], 'loss': [dict(loss=0.5)], 'time': [dict(time=5.0)]}
    for name, entries in metrics.items():
        yield logged(f'metrics_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=2), metrics=entries))
        yield logged(f'metrics_{name}_test', dict(call='test', val=None, test=[3, 2], logger=dict(interval=1),
                                                  metrics=entries))
        yield logged(f'metrics_{name}_val', dict(call='val', val=[3, 2], logger=dict(interval=1), metrics=entries))
    for name, losses in {'one': [dict(loss=1.0)], 'two': [dict(loss_a=1.0, loss_b=0.5), dict(loss_a=2.0, loss_b=1.5)],
                         'not_loss': [dict(loss_a=1.0, acc=0.5)]}.items():
        script = dict(LOSSES, val_losses=losses)
        yield logged(f'val_losses_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=1), metrics=[dict(acc=0.5)],
                                                model=script))
        yield logged(f'val_losses_{name}_only', dict(call='val', val=[4, 2], logger=dict(interval=1), model=script))
        yield logged(f'val_losses_{name}_test', dict(call='test', val=None, test=[4, 2], logger=dict(interval=1), model=script))


def long_cases():
    for name, delays in {'days': SLOW, 'uneven': UNEVEN, 'zero': ZERO}.items():
        yield logged(f'eta_{name}', dict(train_cfg=by_epoch(12), logger=dict(interval=4)), delays=delays)
        yield logged(f'eta_{name}_iter', dict(train_cfg=by_iter(120, val_interval=60), train=[8, 2],
                     logger=dict(interval=30), log_processor=dict(by_epoch=False)), delays=delays)
        yield logged(f'eta_{name}_val', dict(call='val', val=[12, 1], logger=dict(interval=5)), delays=delays)
    yield logged('wide_numbers', dict(train_cfg=by_epoch(1), train=[110, 1], val=[12, 1], logger=dict(interval=50)))
    yield logged('hundred_epochs', dict(train_cfg=by_epoch(100, val_interval=50), train=[2, 2], val=[1, 1],
                                        logger=dict(interval=1)), delays=dict(EVEN, train_step=300.0))


def other_lines():
    sgd = dict(type='SGD', lr=0.02, momentum=0.9)
    for name, rule in {'bias': dict(bias_lr_mult=0.1), 'custom': dict(custom_keys={'weight': dict(lr_mult=0.5)})}.items():
        yield logged(f'groups_{name}', dict(train_cfg=by_epoch(1), logger=dict(interval=2), optim=dict(type='OptimWrapper',
                     optimizer=sgd, paramwise_cfg=rule)))
    for name, clip in {'norm': dict(max_norm=0.5), 'wide': dict(max_norm=1000.0)}.items():
        yield logged(f'grad_norm_{name}', dict(train_cfg=by_epoch(2), logger=dict(interval=2), model={},
                     optim=dict(type='OptimWrapper', optimizer=sgd, clip_grad=clip)))
        yield logged(f'grad_norm_{name}_accumulate', dict(train_cfg=by_epoch(2), logger=dict(interval=2), model={},
                     optim=dict(type='OptimWrapper', optimizer=sgd, clip_grad=clip, accumulative_counts=2)))
    for lr in (1e-8, 0.5, 123.0, 0.00012345678):
        yield logged(f'lr_{lr}', dict(train_cfg=by_epoch(1), logger=dict(interval=2), optim=dict(type='OptimWrapper',
                     optimizer=dict(type='Adam', lr=lr))))
    for interval in (1, 2, 3, 100):
        yield logged(f'exp_name_{interval}', dict(train_cfg=by_epoch(2), train=[5, 1], val=None,
                                                  logger=dict(interval=2, interval_exp_name=interval)))
        yield logged(f'exp_name_{interval}_iter', dict(train_cfg=by_iter(7), train=[4, 1], val=None,
                     logger=dict(interval=2, interval_exp_name=interval), log_processor=dict(by_epoch=False)))
    for by_epoch_too in (True, False):
        yield logged(f'step_of_metrics_{by_epoch_too}', dict(train_cfg=by_epoch(3, val_interval=2), logger=dict(interval=2,
                     log_metric_by_epoch=by_epoch_too), metrics=[dict(acc=0.5), dict(acc=0.75)]))
        yield logged(f'val_step_{by_epoch_too}', dict(call='val', logger=dict(interval=1, log_metric_by_epoch=by_epoch_too),
                                                      metrics=[dict(acc=0.5)]))
    yield logged('iter_run_epoch_lines', dict(train_cfg=by_iter(6, val_interval=3), train=[8, 2], logger=dict(interval=2),
                                              metrics=[dict(acc=0.5)]))
    yield logged('epoch_run_iter_lines', dict(train_cfg=by_epoch(2), logger=dict(interval=2), metrics=[dict(acc=0.5)],
                                              log_processor=dict(by_epoch=False)))
    yield logged('resume', dict(train_cfg=by_epoch(1), logger=dict(interval=2), checkpoint=dict(interval=1)),
                 dict(train_cfg=by_epoch(2), logger=dict(interval=2), checkpoint=dict(interval=1), resume=True))
    yield logged('resume_iter', dict(train_cfg=by_iter(4, val_interval=2), logger=dict(interval=2), log_processor=dict(
        by_epoch=False), checkpoint=dict(interval=2, by_epoch=False)), dict(train_cfg=by_iter(8, val_interval=4),
        logger=dict(interval=3), log_processor=dict(by_epoch=False), checkpoint=dict(interval=2, by_epoch=False), resume=True))
    yield logged('load_then_test', dict(train_cfg=by_epoch(1), logger=dict(interval=2), checkpoint=dict(interval=1)),
                 dict(call='test', val=None, test=[4, 2], logger=dict(interval=1), load_from='epoch_1.pth',
                      metrics=[dict(acc=0.5)]))
    yield logged('val_iter_lines', dict(call='val', val=[4, 2], logger=dict(interval=1), metrics=[dict(acc=0.5)],
                                        log_processor=dict(by_epoch=False)))
    yield logged('test_iter_lines', dict(call='test', val=None, test=[4, 2], logger=dict(interval=1),
                                         metrics=[dict(acc=0.5)], log_processor=dict(by_epoch=False)))
    yield logged('odd_batches', dict(train_cfg=by_epoch(2), train=[5, 2], val=[3, 2], logger=dict(interval=2)))


def logger_errors():
    hook = {'interval_negative': dict(interval=-1), 'interval_text': dict(interval='10'), 'ignore_last_int': dict(ignore_last=1),
            'ignore_last_text': dict(ignore_last='yes'), 'exp_name_zero': dict(interval_exp_name=0),
            'exp_name_float': dict(interval_exp_name=2.5), 'out_dir_number': dict(out_dir=3),
            'keep_local_int': dict(keep_local=0), 'client_without_out_dir': dict(file_client_args=dict(backend='disk')),
            'suffix_number': dict(out_suffix=3), 'suffix_numbers': dict(out_suffix=[1, 2]),
            'metric_by_epoch_unknown': dict(log_metric_by_epochs=True)}
    for name, arguments in hook.items():
        yield dict(name=f'error_{name}', kind='error', target='LoggerHook', args=arguments)
    processor = {
        'duplicate_names': dict(custom_cfg=[dict(data_src='loss', log_name='x', method_name='mean', window_size=2),
                                            dict(data_src='acc', log_name='x', method_name='max', window_size=2)]),
        'no_source': dict(custom_cfg=[dict(log_name='x', method_name='mean')]),
        'epoch_window_second': dict(by_epoch=False, custom_cfg=[
            dict(data_src='loss', log_name='a', window_size=5, method_name='mean'),
            dict(data_src='loss', log_name='b', window_size='epoch', method_name='mean')]),
    }
    for name, arguments in processor.items():
        yield dict(name=f'error_{name}', kind='error', target='LogProcessor', args=arguments)
