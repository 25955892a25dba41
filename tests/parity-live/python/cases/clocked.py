"""Times and log lines of runs whose clock is in the hands of the case."""
import itertools

from .runs import by_epoch, by_iter

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
