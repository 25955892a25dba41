"""Chains of schedulers with settings drawn at random, the same ones for the same seed."""
from .schedulers import adam, losses, lr, momentum, one, plateau, sgd

EPOCHS, LENGTH = 6, 4


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
    steps, counting = unit(draw)
    begin = draw.choice([0, 0, draw.randrange(steps // 2)])
    # MMEngine fails in a run that goes on after total_steps; an end of its own may come before.
    length = draw.choice([dict(total_steps=draw.randint(steps - begin, steps)), dict(end=draw.randint(begin + 2, steps))])
    return lr('OneCycle', eta_max=draw.uniform(0.05, 0.5), begin=begin, pct_start=draw.uniform(0.1, 0.9),
              anneal_strategy=draw.choice(['cos', 'linear']), three_phase=draw.random() < 0.3,
              div_factor=draw.uniform(2, 30), final_div_factor=draw.choice([1e4, draw.uniform(1, 100)]), **length,
              **counting)


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
        for field in ('through_wrapper', 'default_end_from_loop'):
            if draw.random() < 0.2:
                fields[field] = True
        yield one(f'drawn_{number + 1}', chain, EPOCHS, LENGTH, **fields)


def plateaus(draw, count):
    """Driven by metrics; now and then with one more scheduler that counts epochs."""
    for number in range(count):
        settings = dict(rule=draw.choice(['less', 'greater']), factor=draw.uniform(0.1, 0.9), patience=draw.randint(0, 3),
                        threshold=draw.choice([0, 1e-4, 0.1]), threshold_rule=draw.choice(['rel', 'abs']),
                        cooldown=draw.randint(0, 2), min_value=draw.choice([0, 0.001, 0.3]), begin=draw.randint(0, 2))
        metrics = losses(*[draw.choice([draw.uniform(-1, 1), 0.5, draw.uniform(0, 100)]) for _ in range(12)])
        case = plateau(f'drawn_{number + 1}', settings, metrics, kind=draw.choice(['LR', 'Momentum']),
                       optimizer=optimizer(draw), val_interval=draw.choice([1, 1, 2]))
        if draw.random() < 0.4:
            kind = draw.choice(sorted(SHAPES))
            other = draw.choice([lr, momentum])(kind, **SHAPES[kind](draw, len(metrics)))
            case['schedulers'].insert(draw.randint(0, 1), other)
        yield case
