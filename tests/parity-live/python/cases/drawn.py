"""Schedulers and optimizers with settings drawn at random, the same ones for the same seed."""
from .optim_wrapper import training
from .schedulers import adam, losses, lr, momentum, one, plateau, sgd

EPOCHS, LENGTH = 6, 4


# ---- schedulers


def window(draw, steps, shortest=3):
    """Where a scheduler acts; now and then without an end of its own."""
    begin = draw.choice([0, 0, draw.randrange(steps // 2)])
    end = draw.randint(begin + shortest, steps + 2)
    return draw.choice([dict(begin=begin, end=end), dict(begin=begin, end=end), dict(begin=begin)])


def closed_window(draw, steps):
    begin = draw.randrange(steps // 2)
    return dict(begin=begin, end=draw.randint(begin + 3, steps + 2))


def lowest(draw):
    return draw.choice([dict(), dict(eta_min=draw.uniform(0, 0.01)), dict(eta_min_ratio=draw.uniform(0, 0.5))])


def restart(draw, steps):
    periods = [draw.randint(2, 9) for _ in range(draw.randint(1, 3))]
    bound = draw.choice([dict(eta_min=draw.uniform(0, 0.01)), dict(eta_min_ratio=draw.uniform(0, 0.5))])
    return dict(periods=periods, restart_weights=[draw.uniform(0.2, 1.5) for _ in periods], **bound,
                begin=draw.randrange(steps // 2))


SHAPES = {
    'Constant': lambda draw, steps: dict(factor=draw.uniform(0.05, 1), **window(draw, steps)),
    'Linear': lambda draw, steps: dict(start_factor=draw.uniform(0.01, 1), end_factor=draw.uniform(0, 1),
                                       **closed_window(draw, steps)),
    'Step': lambda draw, steps: dict(step_size=draw.randint(1, 9), gamma=draw.uniform(0.1, 1.2), **window(draw, steps)),
    'MultiStep': lambda draw, steps: dict(milestones=[draw.randrange(steps) for _ in range(draw.randint(1, 4))],
                                          gamma=draw.uniform(0.1, 1.2), **window(draw, steps)),
    'Exponential': lambda draw, steps: dict(gamma=draw.uniform(0.7, 1.1), **window(draw, steps)),
    'CosineAnnealing': lambda draw, steps: dict(T_max=draw.randint(2, 20), **lowest(draw), **window(draw, steps)),
    'Poly': lambda draw, steps: dict(power=draw.uniform(0.5, 3), eta_min=draw.choice([0, 0.001]),
                                     **closed_window(draw, steps)),
    'CosineRestart': restart,
}


def unit(draw):
    """Steps of the run in the unit in which a scheduler counts, and how its config says so."""
    return draw.choice([(EPOCHS, dict()), (EPOCHS, dict(convert_to_iter_based=True)),
                        (EPOCHS * LENGTH, dict(by_epoch=False)), (EPOCHS * LENGTH, dict(by_epoch=False))])


def one_cycle(draw):
    arguments = dict(eta_max=draw.uniform(0.05, 0.5), total_steps=EPOCHS * LENGTH, pct_start=draw.uniform(0.1, 0.9),
                     anneal_strategy=draw.choice(['cos', 'linear']), three_phase=draw.random() < 0.3,
                     div_factor=draw.uniform(2, 30))
    return lr('OneCycle', by_epoch=False, **arguments)


def scheduler(draw):
    steps, counting = unit(draw)
    kind = draw.choice(sorted(SHAPES))
    make = draw.choice([lr, lr, momentum])
    return make(kind, **SHAPES[kind](draw, steps), **counting)


def optimizer(draw):
    rates = [draw.uniform(0.001, 0.5) for _ in range(draw.randint(1, 3))]
    return draw.choice([sgd(*rates, momentum=draw.uniform(0.1, 0.95)), adam(*rates, kind=draw.choice(['Adam', 'AdamW']))])


def schedulers(draw, count):
    for number in range(count):
        chain = [scheduler(draw) for _ in range(draw.randint(1, 3))]
        # One at most: MMEngine keeps the peaks in the optimizer, where a second one would overwrite the first one's.
        if draw.random() < 0.15:
            chain[draw.randrange(len(chain))] = one_cycle(draw)
        fields = dict(optimizer=optimizer(draw), record_momentum=True)
        if draw.random() < 0.3:
            fields['resume_at_iter'] = draw.randint(1, EPOCHS * LENGTH - 1)
        if draw.random() < 0.2:
            fields['through_wrapper'] = True
        yield one(f'drawn_{number + 1}', chain, EPOCHS, LENGTH, **fields)


def plateaus(draw, count):
    for number in range(count):
        settings = dict(rule=draw.choice(['less', 'greater']), factor=draw.uniform(0.1, 0.9), patience=draw.randint(0, 3),
                        threshold=draw.choice([0, 1e-4, 0.1]), threshold_rule=draw.choice(['rel', 'abs']),
                        cooldown=draw.randint(0, 2), min_value=draw.choice([0, 0.001]), begin=draw.randint(0, 2))
        metrics = losses(*[draw.choice([draw.uniform(-1, 1), 0.5, draw.uniform(0, 100)]) for _ in range(12)])
        yield plateau(f'drawn_{number + 1}', settings, metrics, kind=draw.choice(['LR', 'Momentum']))


# ---- optimizers

BETAS = [[0.9, 0.999], [0.5, 0.9], [0.8, 0.99]]
DECAYS = [0, 0.01, 0.2]

# NAdam is left out: PyTorch before 2.0, which Debian has, multiplies its next product by mu twice.
OPTIMIZERS = {
    'SGD': lambda draw: draw.choice([
        dict(lr=draw.uniform(0.01, 0.2), weight_decay=draw.choice(DECAYS)),
        dict(lr=draw.uniform(0.01, 0.1), momentum=draw.uniform(0.1, 0.95), dampening=draw.uniform(0, 0.9)),
        dict(lr=draw.uniform(0.01, 0.1), momentum=draw.uniform(0.1, 0.95), nesterov=True,
             weight_decay=draw.choice(DECAYS))]),
    'Adam': lambda draw: dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS), weight_decay=draw.choice(DECAYS),
                              amsgrad=draw.random() < 0.3),
    'AdamW': lambda draw: dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS), weight_decay=draw.choice(DECAYS),
                               amsgrad=draw.random() < 0.3),
    'RMSprop': lambda draw: dict(lr=draw.uniform(0.001, 0.02), alpha=draw.uniform(0.5, 0.99), eps=1e-4,
                                 momentum=draw.choice([0, 0.5, 0.9]), weight_decay=draw.choice(DECAYS),
                                 centered=draw.random() < 0.3),
    'Adagrad': lambda draw: dict(lr=draw.uniform(0.01, 0.2), lr_decay=draw.choice([0, 0.1]),
                                 weight_decay=draw.choice(DECAYS), initial_accumulator_value=draw.choice([0, 0.5])),
    'Adadelta': lambda draw: dict(lr=draw.uniform(0.1, 1), rho=draw.uniform(0.5, 0.95), eps=1e-4,
                                  weight_decay=draw.choice(DECAYS)),
    'Adamax': lambda draw: dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS),
                                weight_decay=draw.choice(DECAYS)),
    'RAdam': lambda draw: dict(lr=draw.uniform(0.001, 0.05), betas=draw.choice(BETAS),
                               weight_decay=draw.choice(DECAYS)),
}


def wrapper(draw, count):
    """Accumulation and clipping, and how far the run is."""
    counts = draw.choice([1, 1, 2, 3])
    clip = draw.choice([None, dict(max_norm=draw.uniform(0.05, 2)), dict(max_norm=draw.uniform(0.05, 2), norm_type=1),
                        dict(type='value', clip_value=draw.uniform(0.01, 0.5))])
    settings = dict(accumulative_counts=counts, **({} if clip is None else dict(clip_grad=clip)))
    return settings, draw.choice([{}, dict(initialize=dict(iter=0, max_iters=count))])


def optimizers(draw, count):
    for number in range(count):
        kind = sorted(OPTIMIZERS)[number % len(OPTIMIZERS)]
        steps = draw.randint(3, 8)
        settings, progress = wrapper(draw, steps)
        groups = {} if draw.random() < 0.7 else dict(two_groups=[dict(lr=draw.uniform(0.001, 0.1)), dict()])
        yield training(f'drawn_{number + 1}', dict(type=kind, **OPTIMIZERS[kind](draw)), settings, steps,
                       draw.randrange(10 ** 6), **progress, **groups)
