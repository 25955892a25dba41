"""A plain PyTorch loop; every epoch is a round of the benchmark."""

import torch
import torch.nn.functional as F
from torch_data import tensors
from torch_nets import build


def run(task, pace):
    settings = task["settings"]
    torch.set_num_threads(settings["threads"])
    inputs, labels = tensors(task)
    net = build(task)
    channels_last = settings.get("channelsLast", False)
    if channels_last:
        net = net.to(memory_format=torch.channels_last)
    criterion = F.mse_loss if task.get("classes") is None else F.cross_entropy
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=settings["fused"])

    def loss_of(x, y):
        return criterion(net(x), y)

    if "compileMode" in settings:
        mode = settings["compileMode"]
        loss_of = torch.compile(loss_of, mode=None if mode == "default" else mode)
    size = task["batchSize"]
    while True:
        pace.begin()
        order = torch.randperm(task["examples"])
        for step, indices in enumerate(order.split(size)):
            x = inputs[indices]
            if channels_last:
                x = x.contiguous(memory_format=torch.channels_last)
            loss = loss_of(x, labels[indices])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            if step % 50 == 49:
                loss.item()
        pace.end(loss.item)
