"""Optimizers, updates, rules for parameter groups and small nets drawn at random, the same ones for the same seed."""
from . import end_to_end, optim_wrapper

BETAS = [[0.9, 0.999], [0.5, 0.9], [0.8, 0.99]]
DECAYS = [0, 0.01, 0.2]


def adam(draw):
    return dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS), weight_decay=draw.choice(DECAYS),
                amsgrad=draw.random() < 0.3)


def adamax(draw):
    return dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS), weight_decay=draw.choice(DECAYS))


def sgd(draw):
    decay = dict(weight_decay=draw.choice(DECAYS))
    heavy = dict(lr=draw.uniform(0.01, 0.1), momentum=draw.uniform(0.1, 0.95), **decay)
    return draw.choice([dict(lr=draw.uniform(0.01, 0.2), **decay), dict(heavy, dampening=draw.uniform(0, 0.9)),
                        dict(heavy, nesterov=True)])


OPTIMIZERS = {
    'SGD': sgd, 'Adam': adam, 'AdamW': adam, 'Adamax': adamax, 'RAdam': adamax,
    'NAdam': lambda draw: dict(adamax(draw), momentum_decay=draw.choice([0.004, 0.1])),
    'RMSprop': lambda draw: dict(lr=draw.uniform(0.001, 0.02), alpha=draw.uniform(0.5, 0.99),
                                 momentum=draw.choice([0, 0.5, 0.9]), weight_decay=draw.choice(DECAYS),
                                 centered=draw.random() < 0.3),
    'Adagrad': lambda draw: dict(lr=draw.uniform(0.01, 0.2), lr_decay=draw.choice([0, 0.1]),
                                 weight_decay=draw.choice(DECAYS), initial_accumulator_value=draw.choice([0, 0.5])),
    'Adadelta': lambda draw: dict(lr=draw.uniform(0.1, 1), rho=draw.uniform(0.5, 0.95),
                                  weight_decay=draw.choice(DECAYS)),
}


def optimizer(draw, number):
    """Each class in its turn, with a large eps: a quotient of gradients that are hardly more than what float32 rounds
    away is noise, in PyTorch itself too."""
    kind = sorted(OPTIMIZERS)[number % len(OPTIMIZERS)]
    eps = {} if kind == 'SGD' else dict(eps=0.01)
    return dict(type=kind, **eps, **OPTIMIZERS[kind](draw))


def wrapper(draw):
    """Accumulation and clipping."""
    clip = draw.choice([None, dict(max_norm=draw.uniform(0.05, 2)),
                        dict(max_norm=draw.uniform(0.05, 2), norm_type=draw.choice([1, 2, 3.0, 'inf'])),
                        dict(type='value', clip_value=draw.uniform(0.01, 0.5))])
    return dict(accumulative_counts=draw.choice([1, 1, 2, 3]), **({} if clip is None else dict(clip_grad=clip)))


# ---- updates of one layer


def updates(draw, count):
    for number in range(count):
        steps, start = draw.randint(3, 8), draw.choice([0, 0, draw.randint(1, 5)])
        progress = draw.choice([{}, dict(initialize=dict(iter=start, max_iters=start + steps + draw.randint(0, 2)))])
        groups = draw.choice([{}, {}, dict(two_groups=[dict(lr=draw.uniform(0.001, 0.1)), dict()])])
        yield optim_wrapper.training(f'drawn_{number + 1}', optimizer(draw, number), wrapper(draw), steps,
                                     draw.randrange(10 ** 6), dtype=draw.choice(['float32', 'float64']),
                                     scale=draw.choice([0.5, 1.0, 3.0]), **progress, **groups)


# ---- parameter groups by rule

MULTIPLIERS = ('bias_lr_mult', 'bias_decay_mult', 'norm_decay_mult', 'dwconv_decay_mult', 'flat_decay_mult')
KEYS = ('stem', 'stem.bn', 'bn', '.conv', 'backbone', 'layer1', 'layer10', 'neck', 'head', 'fc.weight', 'token', 'absent')


def multiplier(draw):
    return draw.choice([0.0, 0.1, 0.5, 2.0, draw.uniform(0, 3)])


def rules(draw):
    chosen = {name: multiplier(draw) for name in MULTIPLIERS if draw.random() < 0.4}
    keys = {key: {name: multiplier(draw) for name in ('lr_mult', 'decay_mult') if draw.random() < 0.7}
            for key in draw.sample(KEYS, draw.randint(0, 3))}
    return dict(chosen, custom_keys=keys) if keys else chosen


def groupings(draw, count):
    for number in range(count):
        layers = [layer for layer in optim_wrapper.model() if draw.random() < 0.7] or optim_wrapper.model()
        # Rules for the decay need one to multiply.
        config = dict(optimizer(draw, number), weight_decay=draw.uniform(0.001, 0.1))
        yield dict(name=f'drawn_groups_{number + 1}', kind='paramwise', model=layers, optimizer=config,
                   paramwise_cfg=rules(draw))


# ---- small nets under a Runner


def net_rules(draw):
    chosen = draw.sample(['fc1', 'fc2', 'weight'], draw.randint(0, 2))
    keys = {key: dict(lr_mult=draw.uniform(0.1, 2)) for key in chosen}
    bias = dict(bias_lr_mult=draw.uniform(0.5, 2)) if draw.random() < 0.5 else {}
    return dict(bias, custom_keys=keys) if keys else bias


def nets(draw, count):
    for number in range(count):
        settings = wrapper(draw)
        if draw.random() < 0.5:
            settings['paramwise_cfg'] = net_rules(draw)
        part = end_to_end.part(end_to_end.by_epoch(3), optimizer(draw, number), draw.randint(2, 6), settings,
                               checkpoint=dict(interval=draw.randint(1, 3)))
        dims = (draw.randint(2, 5), draw.randint(3, 9), draw.randint(2, 4))
        # The name seeds weights and data.
        name = f'drawn_{draw.randrange(10 ** 6)}_{number + 1}'
        yield end_to_end.training(name, [part], dims, draw.choice(['tanh', 'relu']), draw.choice(['mse', 'cross_entropy']),
                                  (draw.randint(9, 16), draw.randint(3, 6)))
