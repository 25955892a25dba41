"""Which checkpoints a run leaves behind."""
import itertools

from .runs import by_epoch, by_iter


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
