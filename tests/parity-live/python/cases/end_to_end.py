"""Small networks trained by the Runner."""
import torch


def data(seed, dims, loss, count):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(count, dims[0], generator=generator)
    if loss == 'mse':
        targets = torch.tanh(inputs @ torch.randn(dims[0], dims[2], generator=generator))
    else:
        targets = (inputs @ torch.randn(dims[0], dims[2], generator=generator)).argmax(-1)
    return dict(x=inputs.tolist(), y=targets.tolist())


def net(seed, dims):
    generator = torch.Generator().manual_seed(seed)
    inputs, hidden, outputs = dims
    shapes = {'fc1.weight': (hidden, inputs), 'fc1.bias': (hidden,), 'fc2.weight': (outputs, hidden),
              'fc2.bias': (outputs,)}
    return {name: (torch.randn(shape, generator=generator) * 0.4).tolist() for name, shape in shapes.items()}


def training(name, phases, dims=(3, 6, 2), activation='tanh', loss='mse', samples=(16, 6)):
    seed = sum(map(ord, name))
    train, val = data(seed, dims, loss, sum(samples)), {}
    val = {key: rows[samples[0]:] for key, rows in train.items()}
    train = {key: rows[:samples[0]] for key, rows in train.items()}
    return dict(name=name, dtype='float32', dims=list(dims), activation=activation, loss=loss, initial=net(seed, dims),
                data=dict(train=train, val=val), phases=phases)


def part(train_cfg, optimizer, batch_size=4, wrapper=None, **fields):
    return dict(batch_size=batch_size, train_cfg=train_cfg,
                optim_wrapper=dict(type='OptimWrapper', optimizer=optimizer, **(wrapper or {})), **fields)


def by_epoch(epochs, **fields):
    return dict(by_epoch=True, max_epochs=epochs, **fields)


def by_iter(iters, **fields):
    return dict(by_epoch=False, max_iters=iters, **fields)


SGD = dict(type='SGD', lr=0.1, momentum=0.9)
ADAM = dict(type='Adam', lr=0.01)
ADAMW = dict(type='AdamW', lr=0.02, weight_decay=0.05)
WARMUP = dict(type='LinearLR', start_factor=0.1, begin=0, end=5, by_epoch=False)


def cases():
    iters = dict(interval=5, by_epoch=False)
    yield training('sgd_plain', [part(by_epoch(3), SGD, checkpoint=dict(interval=1))])
    yield training('adam_cosine_momentum', [part(by_epoch(4), ADAM, checkpoint=dict(interval=2), param_scheduler=[
        dict(type='CosineAnnealingLR', T_max=4, by_epoch=True, convert_to_iter_based=True),
        dict(type='LinearMomentum', start_factor=0.5, end=8, by_epoch=False)])])
    yield training('classes_adamw', [part(by_epoch(4), ADAMW, param_scheduler=[WARMUP, dict(type='MultiStepLR',
                   milestones=[2, 3], gamma=0.1)], checkpoint=dict(interval=1, max_keep_ckpts=2, save_best='val/loss'))],
                   loss='cross_entropy', dims=(4, 8, 3), activation='relu')
    yield training('accumulate_clip', [part(by_epoch(3), SGD, batch_size=3, wrapper=dict(accumulative_counts=4,
                   clip_grad=dict(max_norm=0.5)), checkpoint=dict(interval=1))])
    yield training('clip_value', [part(by_epoch(2), SGD, wrapper=dict(clip_grad=dict(type='value', clip_value=0.02)),
                                       checkpoint=dict(interval=1))], activation='relu')
    yield training('paramwise', [part(by_epoch(3), dict(SGD, weight_decay=0.01), wrapper=dict(paramwise_cfg=dict(
        bias_lr_mult=2.0, bias_decay_mult=0.0, custom_keys={'fc2': dict(lr_mult=0.5)})), checkpoint=dict(interval=1),
        param_scheduler=[dict(type='ExponentialLR', gamma=0.9)])])
    for kind, arguments in {'ExponentialMovingAverage': dict(momentum=0.05), 'MomentumAnnealingEMA': dict(gamma=5),
                            'StochasticWeightAverage': dict(interval=2)}.items():
        ema = dict(ema_type=kind, **arguments)
        yield training(f'ema_{kind}', [part(by_epoch(3), ADAM, ema=ema, checkpoint=dict(interval=1))])
        yield training(f'ema_{kind}_resume', [part(by_epoch(2), ADAM, ema=ema, checkpoint=dict(interval=1)),
                       part(by_epoch(4), ADAM, ema=ema, checkpoint=dict(interval=1), resume=True)], activation='relu')
        yield training(f'ema_{kind}_begin', [part(by_iter(11, val_interval=4), SGD, ema=dict(ema, begin_iter=6),
                       sampler='InfiniteSampler', checkpoint=iters)])
    yield training('ema_begin_epoch', [part(by_epoch(4), SGD, ema=dict(ema_type='ExponentialMovingAverage', momentum=0.2,
                   begin_epoch=3), checkpoint=dict(interval=2))])
    yield training('ema_update_buffers', [part(by_epoch(2), SGD, ema=dict(ema_type='ExponentialMovingAverage',
                   momentum=0.2, update_buffers=True), checkpoint=dict(interval=2))])
    chain = [WARMUP, dict(type='PolyLR', power=0.9, eta_min=0.001, begin=5, end=20, by_epoch=False)]
    yield training('iter_resume', [
        part(by_iter(10, val_interval=5), SGD, sampler='InfiniteSampler', checkpoint=iters, param_scheduler=chain),
        part(by_iter(20, val_interval=5), SGD, sampler='InfiniteSampler', checkpoint=iters, param_scheduler=chain,
             resume=True)], samples=(10, 5))
    yield training('epoch_resume_schedulers', [
        part(by_epoch(2), ADAMW, checkpoint=dict(interval=1), param_scheduler=[WARMUP, dict(type='StepLR', step_size=1,
                                                                                           gamma=0.5)]),
        part(by_epoch(5), ADAMW, checkpoint=dict(interval=1), resume=True, param_scheduler=[WARMUP, dict(type='StepLR',
             step_size=1, gamma=0.5)])], loss='cross_entropy', dims=(3, 5, 4))
    yield training('resume_three_times', [part(by_epoch(count), SGD, checkpoint=dict(interval=1, max_keep_ckpts=1,
                   save_best='val/loss'), resume=count > 1, ema=dict(ema_type='ExponentialMovingAverage', momentum=0.1))
                   for count in (1, 2, 3)])
    yield training('plateau', [part(by_epoch(8), dict(SGD, lr=0.5), checkpoint=dict(interval=4), param_scheduler=[
        dict(type='ReduceOnPlateauLR', monitor='val/loss', patience=0, factor=0.3, threshold=0.05)])])
    yield training('onecycle', [part(by_epoch(4), ADAM, checkpoint=dict(interval=4), param_scheduler=[
        dict(type='OneCycleLR', eta_max=0.05, total_steps=16, by_epoch=False)])])
    yield training('restart', [part(by_epoch(6), SGD, checkpoint=dict(interval=3), param_scheduler=[
        dict(type='CosineRestartLR', periods=[8, 16], restart_weights=[1.0, 0.5], eta_min=0.001, by_epoch=False)])])
    yield training('loader_ends_in_iter_run', [part(by_iter(9, val_interval=4), SGD, batch_size=5, checkpoint=iters)],
                   samples=(12, 4))
    yield training('odd_batches', [part(by_epoch(3), ADAM, batch_size=5, checkpoint=dict(interval=1))], samples=(13, 7),
                   loss='cross_entropy', dims=(2, 5, 3), activation='relu')
    yield training('val_begin', [part(by_epoch(5, val_begin=3, val_interval=2), SGD, checkpoint=dict(interval=2,
                   save_best='val/loss'))])
    for kind, arguments in {'RMSprop': dict(lr=0.01, momentum=0.5), 'Adagrad': dict(lr=0.1), 'Adadelta': dict(lr=1.0),
                            'Adamax': dict(lr=0.02), 'RAdam': dict(lr=0.02)}.items():
        yield training(f'optimizer_{kind}', [part(by_epoch(3), dict(type=kind, **arguments), checkpoint=dict(interval=2))])
    yield training('nesterov_decay', [part(by_epoch(3), dict(SGD, nesterov=True, weight_decay=0.1),
                                           checkpoint=dict(interval=2))])
