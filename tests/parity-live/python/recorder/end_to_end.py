import copy
import os
import tempfile

import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import EMAHook, Hook
from mmengine.model import BaseModel
from torch.utils.data import Dataset

from .runs import call, make_runner
from .values import from_json, to_json


class Pairs(Dataset):

    def __init__(self, data, loss):
        self.x = torch.tensor(data['x'])
        self.y = torch.tensor(data['y'], dtype=torch.float32 if loss == 'mse' else torch.long)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return dict(x=self.x[index], y=self.y[index])


class Perceptron(BaseModel):
    """fc2(act(fc1(x)))"""

    def __init__(self, case):
        super().__init__()
        inputs, hidden, outputs = case['dims']
        self.fc1, self.fc2 = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        self.load_state_dict({name: torch.tensor(value) for name, value in case['initial'].items()})
        self.activation, self.loss = getattr(torch, case['activation']), case['loss']

    def forward(self, x, y, mode):
        output = self.fc2(self.activation(self.fc1(x)))
        return dict(loss=mean_loss(output, y, self.loss)) if mode == 'loss' else list(output)


def mean_loss(output, y, loss):
    return getattr(torch.nn.functional, 'mse_loss' if loss == 'mse' else 'cross_entropy')(output, y)


def sample_losses(output, y, loss):
    if loss == 'mse':
        return ((output - y)**2).mean(-1)
    return torch.nn.functional.cross_entropy(output, y, reduction='none')


class MeanLoss(BaseMetric):

    def __init__(self, loss):
        super().__init__(prefix='val')
        self.loss = loss

    def process(self, data_batch, data_samples):
        self.results += sample_losses(torch.stack(list(data_samples)), data_batch['y'], self.loss).tolist()

    def compute_metrics(self, results):
        return dict(loss=sum(results) / len(results))


class Diary(Hook):
    priority = 'HIGHEST'

    def __init__(self):
        self.iterations, self.validations = [], []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        groups = runner.optim_wrapper.optimizer.param_groups
        self.settings = dict(lr=[group['lr'] for group in groups], momentum=[momentum_of(group) for group in groups])
        self.norms = count_of(runner)

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        is_new = count_of(runner) > self.norms
        norm = runner.message_hub.get_scalar('train/grad_norm').current() if is_new else None
        self.iterations.append(dict(iter=runner.iter, epoch=runner.epoch, **self.settings,
                                    loss=outputs['loss'].item(), grad_norm=norm))

    def after_val_epoch(self, runner, metrics=None):
        self.validations.append(dict(epoch=runner.epoch, iter=runner.iter, metrics=dict(metrics)))


def momentum_of(group):
    return group['betas'][0] if 'betas' in group else group.get('momentum', 0)


def count_of(runner):
    history = runner.message_hub.log_scalars.get('train/grad_norm')
    return 0 if history is None else len(history.data[0])


def record(case):
    with tempfile.TemporaryDirectory() as work_dir:
        return to_json(dict(phases=[play(case, copy.deepcopy(phase), work_dir) for phase in case['phases']]))


def play(case, phase, work_dir):
    sampler = dict(type=phase.get('sampler', 'DefaultSampler'), shuffle=False)
    train = dict(dataset=Pairs(case['data']['train'], case['loss']), batch_size=phase['batch_size'], sampler=sampler)
    val = dict(dataset=Pairs(case['data']['val'], case['loss']), batch_size=phase['batch_size'],
               sampler=dict(type='DefaultSampler', shuffle=False))
    for part in (train, val):
        part.update(num_workers=0, collate_fn=dict(type='default_collate'))
    model, diary = Perceptron(case), Diary()
    hooks = [diary] + ([dict(phase['ema'], type='EMAHook')] if phase.get('ema') else [])
    options = {key: phase[key] for key in ('param_scheduler', 'resume') if phase.get(key) is not None}
    if phase.get('checkpoint'):
        options['default_hooks'] = dict(checkpoint=dict(phase['checkpoint'], type='CheckpointHook'))
    runner = make_runner(work_dir, model=model, train_cfg=phase['train_cfg'], train_dataloader=train, val_cfg=dict(),
                         val_dataloader=val, val_evaluator=[MeanLoss(case['loss'])],
                         optim_wrapper=from_json(phase['optim_wrapper']), custom_hooks=hooks, **options)
    call(runner, 'train')
    return result(runner, model, diary, work_dir)


def result(runner, model, diary, work_dir):
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = runner.optim_wrapper.optimizer.param_groups
    expected = dict(iterations=diary.iterations, validations=diary.validations,
                    final_params=copy.deepcopy(model.state_dict()),
                    files=sorted(name for name in os.listdir(work_dir) if name.endswith('.pth')),
                    param_groups=[[names[id(parameter)] for parameter in group['params']] for group in groups])
    for hook in runner.hooks:
        if isinstance(hook, EMAHook):
            expected.update(ema_params=copy.deepcopy(hook.ema_model.module.state_dict()),
                            ema_steps=int(hook.ema_model.steps))
    with open(os.path.join(work_dir, 'last_checkpoint')) as file:
        content = torch.load(file.read(), map_location='cpu')
    expected['last_checkpoint'] = dict(meta_epoch=content['meta']['epoch'], meta_iter=content['meta']['iter'],
                                       keys=sorted(content), state_dict=content['state_dict'],
                                       ema_state_dict=content.get('ema_state_dict'))
    return expected
