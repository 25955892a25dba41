"""MMEngine's Runner with its default hooks but for checkpoints; every epoch is a round of the benchmark."""

import tempfile

import torch
import torch.nn.functional as F
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler
from torch_data import tensors
from torch_nets import build


def run(task, pace):
    torch.set_num_threads(task["settings"]["threads"])
    train(task, Net(task), data_loader(task), [Pacer(pace)])


def train(task, model, loader, hooks, default_hooks=None):
    settings = task["settings"]
    logger = dict(type="LoggerHook", interval=50)
    with tempfile.TemporaryDirectory() as folder:
        Runner(
            model=model,
            work_dir=folder,
            train_dataloader=loader,
            train_cfg=dict(by_epoch=True, max_epochs=1_000_000),
            optim_wrapper=dict(optimizer=dict(type="Adam", lr=1e-3, fused=settings.get("fused", False))),
            default_hooks=default_hooks or dict(logger=logger, checkpoint=None),
            custom_hooks=hooks,
            log_level="WARNING",
        ).train()


def data_loader(task):
    sampler = BatchSampler(RandomSampler(range(task["examples"])), task["batchSize"], drop_last=False)
    return DataLoader(Examples(*tensors(task)), batch_sampler=sampler, collate_fn=lambda batch: batch)


class Examples(Dataset):
    """Gathers a batch at once: example by example, as is usual, would cost more than the step."""

    def __init__(self, inputs, labels):
        self.inputs, self.labels = inputs, labels

    def __len__(self):
        return len(self.labels)

    def __getitems__(self, indices):
        return dict(inputs=self.inputs[indices], labels=self.labels[indices])


class Net(BaseModel):
    def __init__(self, task):
        super().__init__()
        self.net = build(task)
        self.criterion = F.mse_loss if task.get("classes") is None else F.cross_entropy

    def forward(self, inputs, labels, mode="tensor"):
        return dict(loss=self.criterion(self.net(inputs), labels))


class Pacer(Hook):
    priority = "HIGHEST"

    def __init__(self, pace, reads_loss=True):
        self.pace, self.reads_loss = pace, reads_loss

    def before_train_epoch(self, runner):
        self.pace.begin()

    def after_train_epoch(self, runner):
        self.pace.end(lambda: loss_of(runner) if self.reads_loss else None)


def loss_of(runner):
    return float(runner.message_hub.get_scalar("train/loss").current())
