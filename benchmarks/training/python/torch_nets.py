import torch
import torch.nn.functional as F
from torch import nn


def build(task):
    shape, classes = task["inputShape"], task.get("classes")
    net = nets[task["net"]](shape, classes)
    for module in net.modules():
        # PyTorch's own initialization is for compatibility; 20 layers of it do not learn.
        if isinstance(module, nn.Linear):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)
    return net


def mlp(shape, classes):
    return nn.Sequential(
        nn.Linear(shape[0], 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, classes)
    )


def dense20(shape, classes):
    hidden = [layer for _ in range(19) for layer in (nn.Linear(shape[0], 64), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(64, classes))


def cnn(_shape, classes):
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 5 * 5, 128),
        nn.ReLU(),
        nn.Linear(128, classes),
    )


def conv_norm(inputs, outputs, size, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False), nn.BatchNorm2d(outputs)
    )


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.main = nn.Sequential(
            conv_norm(inputs, outputs, 3, stride), nn.ReLU(), conv_norm(outputs, outputs, 3, 1)
        )
        self.shortcut = nn.Identity() if stride == 1 else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def resnet(shape, classes):
    return nn.Sequential(
        conv_norm(shape[-1], 16, 3, 1),
        nn.ReLU(),
        Residual(16, 16, 1),
        Residual(16, 32, 2),
        Residual(32, 64, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, classes),
    )


class Lstm(nn.Module):
    def __init__(self, shape, classes):
        super().__init__()
        self.lstm = nn.LSTM(shape[-1], 64, batch_first=True)
        self.head = nn.Linear(64, classes)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        x = x + self.drop(self.attend(self.norm1(x)))
        return x + self.drop(self.down(F.relu(self.up(self.norm2(x)))))

    def attend(self, x):
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*qkv.unbind(0))
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))


class Transformer(nn.Module):
    def __init__(self, shape, classes, width=64):
        super().__init__()
        self.embed = nn.Linear(shape[1], width)
        self.positions = nn.Parameter(torch.randn(shape[0], width) * 0.02)
        self.blocks = nn.Sequential(Block(width, 4, 256), Block(width, 4, 256))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, classes)

    def forward(self, x):
        x = self.blocks(self.embed(x) + self.positions)
        return self.head(self.norm(x).mean(dim=1))


def tiny(_shape, _classes):
    return nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))


nets = dict(
    mlp=mlp, dense20=dense20, cnn=cnn, resnet=resnet, lstm=Lstm, transformer=Transformer, tiny=tiny
)
