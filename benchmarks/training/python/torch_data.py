import torch
from data import random_data


def tensors(task):
    """Inputs and labels as PyTorch wants them: channels before height and width."""
    inputs, labels = random_data(task)
    x = torch.from_numpy(inputs)
    if len(task["inputShape"]) == 3:
        x = x.permute(0, 3, 1, 2).contiguous()
    y = torch.from_numpy(labels)
    return x, y if task.get("classes") is None else y.long()
