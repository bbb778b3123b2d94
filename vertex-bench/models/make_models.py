#!/usr/bin/env python3
"""Makes the TorchScript models of the benchmarks: DIRECTORY/<name>/<name>.pt. None of them is kept in git.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     python3 make_models.py DIRECTORY [NAME ...]        (without a NAME: mlp)

name         input                                output                       parameters   file
-----------  -----------------------------------  ---------------------------  ----------  -------
mlp          float32 [N,784]                      float32 [N,10]: logits         0.67 M    2.7 MB
transformer  int64 [N,64]: token ids below 8,000  float32 [N,384]: the mean     13.74 M     55 MB
                                                  over the 64 tokens
mean         float32 [N,any]                      float32 [N,1]: their mean         none    1.5 KB
resnet50     float32 [N,3,224,224]                float32 [N,1000]: logits      25.56 M    103 MB
resnet50-fp16, resnet50-bf16: the same in half precision, 51 MB

The weights are random but the same each time: the models answer nonsense, at the speed of trained ones.
"""

import argparse
from pathlib import Path
from typing import List

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class EncoderLayer(nn.Module):
    """Self-attention and a two-layer perceptron, each with a residual connection and a norm after it."""

    def __init__(self, hidden: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(hidden, 3 * hidden)
        self.attended = nn.Linear(hidden, hidden)
        self.norm1 = nn.LayerNorm(hidden)
        self.widen = nn.Linear(hidden, inner)
        self.narrow = nn.Linear(inner, hidden)
        self.norm2 = nn.LayerNorm(hidden)

    def attend(self, x: Tensor) -> Tensor:
        n, tokens, hidden = x.size(0), x.size(1), x.size(2)
        width = hidden // self.heads
        qkv = self.query_key_value(x).view(n, tokens, 3, self.heads, width).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(qkv[0], qkv[1].transpose(2, 3)) / float(width) ** 0.5
        mixed = torch.matmul(F.softmax(scores, dim=3), qkv[2])
        return self.attended(mixed.transpose(1, 2).reshape(n, tokens, hidden))

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm1(x + self.attend(x))
        return self.norm2(x + self.narrow(F.gelu(self.widen(x))))


class Transformer(nn.Module):
    """A sentence encoder of MiniLM's size: 6 layers of width 384, 12 heads, 64 tokens; a smaller vocabulary."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(8000, 384)
        self.positions = nn.Parameter(torch.randn(64, 384))
        self.norm = nn.LayerNorm(384)
        self.layers = nn.Sequential(*[EncoderLayer(384, 12, 1536) for _ in range(6)])

    def forward(self, ids: Tensor) -> Tensor:
        return self.layers(self.norm(self.words(ids) + self.positions)).mean(1)


class Mean(nn.Module):
    """Next to nothing: what it costs to bring a tensor to a model."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(1, keepdim=True)


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions beside a shortcut."""

    def __init__(self, inputs: int, inner: int, stride: int) -> None:
        super().__init__()
        outputs = 4 * inner
        self.body = nn.Sequential(
            nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, inner, 3, stride, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.shortcut(x))


class ResNet50(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: List[nn.Module] = [
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        inputs = 64
        for inner, blocks, stride in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]:
            for block in range(blocks):
                layers.append(Bottleneck(inputs, inner, stride if block == 0 else 1))
                inputs = 4 * inner
        self.features = nn.Sequential(*layers)
        self.classes = nn.Linear(inputs, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.classes(self.features(x).mean([2, 3]))


MAKERS = {
    "mlp": (Mlp, lambda: torch.rand(3, 784)),
    "transformer": (Transformer, lambda: torch.randint(0, 8000, (3, 64))),
    "mean": (Mean, lambda: torch.rand(3, 1000)),
    "resnet50": (ResNet50, lambda: torch.rand(3, 3, 224, 224)),
    "resnet50-fp16": (lambda: ResNet50().half(), lambda: torch.rand(3, 3, 224, 224)),
    "resnet50-bf16": (lambda: ResNet50().bfloat16(), lambda: torch.rand(3, 3, 224, 224)),
}


def make(name: str, directory: Path) -> None:
    torch.manual_seed(7)
    maker, example = MAKERS[name]
    module = maker().eval()
    path = directory / name / f"{name}.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.jit.script(module).save(str(path))

    x = example()
    # in float32 whatever the weights are: not every PyTorch can run float16 on the CPU
    loaded, module = torch.jit.load(str(path)).float(), module.float()
    with torch.no_grad():
        y = loaded(x)
        assert torch.allclose(y, module(x), atol=1e-4) and bool(y.isfinite().all())
    parameters = sum(parameter.numel() for parameter in module.parameters())
    print(f"{path}: {x.dtype} {list(x.shape)} -> {y.dtype} {list(y.shape)}, "
          f"{parameters:,} parameters, {path.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the TorchScript models of the benchmarks.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("names", nargs="*", metavar="name", help=f"some of: {', '.join(MAKERS)}; without: mlp")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(MAKERS)
    if unknown:
        parser.error(f"no such model: {', '.join(sorted(unknown))}")
    for name in arguments.names or ["mlp"]:
        make(name, arguments.directory)


if __name__ == "__main__":
    main()
