"""What MMEngine's default hooks cost: its Runner with a model that does nothing, with and without them."""

import torch
from mmengine.model import BaseModel
from mmengine_runner import Pacer, train
from torch.utils.data import DataLoader


def run(task, pace):
    hooks = task["settings"]["hooks"]
    names = ("runtime_info", "timer", "sampler_seed", "logger", "param_scheduler", "checkpoint")
    left_out = {} if hooks else dict.fromkeys(names)
    loader = DataLoader(range(task["steps"]), batch_size=1)
    train(task, Nothing(), loader, [Pacer(pace, reads_loss=False)], left_out)


class Nothing(BaseModel):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.loss = torch.tensor(0.5)

    def forward(self, inputs, mode="tensor"):
        return self.loss

    def train_step(self, data, optim_wrapper):
        return dict(loss=self.loss)
