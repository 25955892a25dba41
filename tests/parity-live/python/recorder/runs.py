"""Small real runs of the Runner, as the files about hooks, checkpoints, logs and times describe them."""
import itertools
import logging
import time as real_time
from types import SimpleNamespace
from unittest.mock import patch

import torch
from mmengine.dataset import pseudo_collate
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement
from torch.utils.data import Dataset

numbers = itertools.count()


class Samples(Dataset):
    """x is the index, y half of it."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return dict(x=torch.tensor([float(index)]), y=torch.tensor([index / 2]))


class ScriptedMetric(BaseMetric):
    """Gives the results of a script, one per validation; the last one repeats."""
    default_prefix = None

    def __init__(self, script):
        super().__init__()
        self.script = script
        self.validations = 0

    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        place = min(self.validations, len(self.script) - 1)
        self.validations += 1
        return dict(self.script[place])


class ScriptedModel(BaseModel):
    """Reports the losses of a script, if there is one, over which no gradients flow."""

    def __init__(self, script=None):
        super().__init__()
        self.script = script or {}
        self.layer = torch.nn.Linear(1, 1)
        with torch.no_grad():
            self.layer.weight.fill_(0.5)
            self.layer.bias.zero_()
        self.trained = self.judged = 0

    def forward(self, x, y, mode):
        prediction = self.layer(torch.stack(list(x)))
        return self.losses(prediction) if mode == 'loss' else self.predictions(prediction)

    def losses(self, prediction):
        index, own = self.trained, prediction.sum()
        self.trained += 1
        losses = self.script.get('losses')
        if not losses:
            return dict(loss=own * 0.001)
        extras = self.script.get('extra') or [{}]
        extra = {name: torch.tensor(float(value)) for name, value in extras[index % len(extras)].items()}
        return dict(loss=own * 0 + losses[index % len(losses)], **extra)

    def predictions(self, prediction):
        script = self.script.get('val_losses')
        if not script:
            return [prediction]
        losses = script[self.judged % len(script)]
        self.judged += 1
        attached = BaseDataElement(loss={name: torch.tensor(float(value)) for name, value in losses.items()})
        return [prediction, attached]


def loader(setting, fallback, shuffle=False):
    samples, batch_size = setting or fallback
    return dict(dataset=Samples(samples), batch_size=batch_size, num_workers=0,
                sampler=dict(type='DefaultSampler', shuffle=shuffle), collate_fn=dict(type='default_collate'))


def run_parts(setting, train_fallback):
    """Loaders, loops and evaluators of a phase; val null means no validation."""
    metrics = setting.get('metrics') or [{}]
    parts = {}
    if setting.get('train_cfg') is not None:
        train_cfg = dict(setting['train_cfg'])
        if 'dynamic_intervals' in train_cfg:
            train_cfg['dynamic_intervals'] = [tuple(pair) for pair in train_cfg['dynamic_intervals']]
        parts.update(train_cfg=train_cfg, train_dataloader=loader(setting.get('train'), train_fallback))
    if 'val' not in setting or setting['val'] is not None:
        parts.update(val_cfg=dict(), val_dataloader=loader(setting.get('val'), [2, 1]),
                     val_evaluator=[ScriptedMetric(metrics)])
    if setting.get('test') is not None:
        parts.update(test_cfg=dict(), test_dataloader=loader(setting['test'], [2, 1]),
                     test_evaluator=[ScriptedMetric(metrics)])
    return parts


def make_runner(work_dir, **options):
    """Each Runner has a name and a time stamp of its own, so that nothing is shared but the folder."""
    number = next(numbers)
    stamp = SimpleNamespace(time=lambda: 1.7e9 + number, strftime=real_time.strftime, localtime=real_time.localtime)
    defaults = dict(experiment_name=f'run{number}', randomness=dict(seed=1), log_level='INFO',
                    cfg=dict(note='recorded'))
    with patch('mmengine.runner.runner.time', stamp):
        runner = Runner(work_dir=work_dir, **{**defaults, **options})
    runner.logger.handlers = [handler for handler in runner.logger.handlers
                              if isinstance(handler, logging.FileHandler)]
    return runner


def without_pauses():
    """An exhausted loader waits two seconds before it begins again."""
    return patch('mmengine.runner.loops.time', SimpleNamespace(sleep=lambda seconds: None))


def call(runner, name):
    with without_pauses():
        return getattr(runner, name)()
