"""Kinds that need no Runner: averages, histories, samplers."""
import copy
import itertools
from unittest.mock import patch

import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from mmengine.hooks import EarlyStoppingHook
from mmengine.logging import HistoryBuffer
from mmengine.registry import MODELS

from .values import error_from, error_of, from_json, to_json

# ---- averages of weights


class BufferedModel(torch.nn.Module):
    """One parameter, one buffer of floats and one integer buffer."""

    def __init__(self, values, dtype):
        super().__init__()
        self.dtype = dtype
        self.weight = torch.nn.Parameter(torch.tensor(values['weight'], dtype=dtype))
        self.register_buffer('running', torch.tensor(values['running'], dtype=dtype))
        self.register_buffer('count', torch.tensor(values['count'], dtype=torch.long))

    def set(self, values):
        for name, tensor in self.state_dict().items():
            tensor.copy_(torch.tensor(values[name], dtype=tensor.dtype))


def record_ema(case):
    config = dict(case['args'], type=case['type'])
    if case.get('kind') == 'error':
        model = torch.nn.Linear(1, 1)
        return error_from(lambda: MODELS.build(config, default_args=dict(model=model)))
    dtype = getattr(torch, case['dtype'])
    model = BufferedModel(case['initial'], dtype)
    average = MODELS.build(dict(config), default_args=dict(model=model))
    rows = []
    for number, values in enumerate(case['sequence'], 1):
        model.set(values)
        average.update_parameters(model)
        rows.append({**{name: to_json(value) for name, value in average.module.state_dict().items()},
                     'steps': int(average.steps)})
        if case.get('reload_state_at') == number:
            state = copy.deepcopy(average.state_dict())
            average = MODELS.build(dict(config), default_args=dict(model=model))
            average.load_state_dict(state)
    return dict(after_each_update=rows, state_dict_keys=list(average.state_dict()))


# ---- histories


def record_history(case):
    if case.get('kind') == 'error':
        return error_from({
            'error_update_string': lambda: HistoryBuffer().update('text'),
            'error_window_not_int': lambda: HistoryBuffer([1, 2], [1, 1]).mean(1.5),
            'error_current_empty': lambda: HistoryBuffer().current(),
            'error_lengths_differ': lambda: HistoryBuffer([1, 2, 3], [1, 1]),
            'error_unknown_statistic': lambda: HistoryBuffer([1], [1]).statistics('median'),
        }[case['name']])
    init = case.get('init', {})
    options = {'max_length': case['max_length']} if 'max_length' in case else {}
    history = HistoryBuffer(init.get('values', []), init.get('counts', []), **options)
    for value, count in case['updates']:
        history.update(value, count)
    results = []
    for query in case['queries']:
        window = [query['window']] if 'window' in query else []
        results.append(float(getattr(history, query['method'])(*window)))
    values, counts = history.data
    return to_json(dict(results=results, values=values, counts=counts))


# ---- samplers


def make_sampler(case, rank, epoch=None):
    sampler_type = {'DefaultSampler': DefaultSampler, 'InfiniteSampler': InfiniteSampler}[case['type']]
    options = dict(shuffle=case['shuffle'], seed=case.get('seed', 0))
    if 'round_up' in case:
        options['round_up'] = case['round_up']
    with patch('mmengine.dataset.sampler.get_dist_info', return_value=(rank, case['world_size'])):
        sampler = sampler_type(range(case['dataset_length']), **options)
    epoch = case.get('epoch', 0) if epoch is None else epoch
    if hasattr(sampler, 'set_epoch'):
        sampler.set_epoch(epoch)
    return sampler


def record_sampler(case):
    ranks = range(case['world_size'])
    samplers = [make_sampler(case, rank) for rank in ranks]
    if case['type'] == 'InfiniteSampler' and case.get('kind') == 'property':
        return endless_properties(case)
    if case['type'] == 'InfiniteSampler':
        return dict(ranks=[dict(rank=rank, first=list(itertools.islice(sampler, case['take'])), len=len(sampler))
                           for rank, sampler in enumerate(samplers)])
    if case.get('kind') == 'property':
        return sampler_properties(case, samplers)
    return dict(ranks=[dict(rank=rank, indices=list(sampler), len=len(sampler), num_samples=sampler.num_samples,
                            total_size=sampler.total_size) for rank, sampler in enumerate(samplers)])


def endless_properties(case):
    def streams(epoch):
        return [list(itertools.islice(make_sampler(case, rank, epoch), case['take']))
                for rank in range(case['world_size'])]

    epoch, length = case.get('epoch', 0), case['dataset_length']
    found, again, other = streams(epoch), streams(epoch), streams(epoch + 1)
    ranks = [dict(rank=rank, count=len(stream), repeatable=again[rank] == stream,
                  changes_with_epoch=other[rank] != stream) for rank, stream in enumerate(found)]
    head = [index for turn in zip(*found) for index in turn][:length]
    return dict(ranks=ranks, first_n_interleaved_is_permutation=sorted(head) == list(range(length)))


def sampler_properties(case, samplers):
    orders = [list(sampler) for sampler in samplers]
    ranks = []
    for rank, order in enumerate(orders):
        other = list(make_sampler(case, rank, case.get('epoch', 0) + 1))
        ranks.append(dict(rank=rank, count=len(order), repeatable=list(make_sampler(case, rank)) == order,
                          changes_with_epoch=other != order))
    dealt = [order[place] for place in range(max(map(len, orders))) for order in orders if place < len(order)]
    length = case['dataset_length']
    expected = dict(ranks=ranks, first_n_interleaved_is_permutation=sorted(dealt[:length]) == list(range(length)))
    if case.get('round_up', True):
        expected['tail_repeats_head'] = all(dealt[length + place] == dealt[place % length]
                                            for place in range(len(dealt) - length))
    return expected


# ---- early stopping


class StubRunner:
    """What the hook asks of a Runner."""

    def __init__(self):
        self.messages = []
        self.logger = self
        self.train_loop = self
        self.stop_training = False

    def info(self, message):
        self.messages.append(message)


def record_early_stopping(case):
    try:
        hook = EarlyStoppingHook(**from_json(case['args']))
    except Exception as error:
        return dict(construct_error=error_of(error))
    runner = StubRunner()
    trace, failure, stopped = [], None, None
    for number, metrics in enumerate(from_json(case['metrics']), 1):
        with patch('mmengine.hooks.early_stopping_hook.warnings.warn') as warn:
            try:
                hook.after_val_epoch(runner, metrics)
            except Exception as error:
                failure = dict(validation=number, **error_of(error))
                break
        trace.append(dict(best_score=hook.best_score, wait_count=hook.wait_count, warned=warn.called))
        if runner.stop_training:
            stopped = number
            break
    message = runner.messages[-1] if runner.messages else None
    return to_json(dict(stopped_at_validation=stopped, message=message, trace=trace, error=failure, rule=hook.rule,
                        effective_min_delta=hook.min_delta))
