"""One update of Adam over many tensors."""

import torch


def run(task, pace):
    torch.set_num_threads(task["settings"]["threads"])
    parameters = [torch.nn.Parameter(torch.zeros(task["shape"])) for _ in range(task["tensors"])]
    for parameter in parameters:
        parameter.grad = torch.rand(task["shape"])
    optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=task["settings"]["fused"])
    while True:
        pace.begin()
        for _ in range(task["steps"]):
            optimizer.step()
        pace.end()
