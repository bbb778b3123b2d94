#!/usr/bin/env python3
"""Makes TorchScript models of every way to take arguments and to hold a batch, or not: src/test/resources/kinds.zip.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     PYTHONHASHSEED=0 python3 make_kinds.py

Instances are rows of three numbers unless a comment says something else.
"""

import zipfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from make_signatures import smaller, write
import io

TARGET = Path(__file__).resolve().parent.parent / "resources" / "kinds.zip"


class Scores(NamedTuple):
    scores: Tensor
    label: Tensor


class Whole(NamedTuple):
    inner: Scores
    extra: Optional[Tensor]


class Rows(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 2


class States(nn.Module):
    def __init__(self, layers: int = 2, batch_first: bool = True) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 5, num_layers=layers, batch_first=batch_first)


class LstmStates(States):  # [T,3]
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        o, (h, c) = self.lstm(x)
        return o[:, -1], h


class LstmOneLayer(States):  # [T,3]
    def __init__(self) -> None:
        super().__init__(1)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tuple[Tensor, Tensor]]:
        return self.lstm(x)


class SequenceFirst(States):  # [T,3]
    def __init__(self) -> None:
        super().__init__(1, False)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x.transpose(0, 1))[0]


class Squeezed(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return (x * 2).squeeze()


class SqueezedScore(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum(1, keepdim=True).squeeze()


class MeanScalar(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean()


class MeanRow(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(0, keepdim=True)


class PythonFloat(nn.Module):
    def forward(self, x: Tensor) -> float:
        return float(x.sum())


class PythonList(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, List[int]]:
        return x * 2, x.shape


class SoftmaxOverBatch(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.softmax(x, dim=0)


class LessMean(nn.Module):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        return {"good": x * 2, "bad": x - 0.05 * x.mean(0, keepdim=True)}


class Sorted(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[torch.argsort(x[:, 0])]


class NormAlways(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(torch.cat([x, x * 2]), None, None, training=True)[: x.size(0)]


class SavedInTraining(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.norm(x))


class DropoutAlways(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, 0.5, training=True)


class Noise(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x + torch.rand_like(x)


class Counter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x + self.calls


class Named(nn.Module):
    def forward(self, x: Tensor) -> Scores:
        return Scores(x * 2, x.argmax(1))


class NamedNested(nn.Module):
    def forward(self, x: Tensor) -> Whole:
        return Whole(Scores(x * 2, x.argmax(1)), None)


class NoneLast(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, Optional[Tensor]]:
        return x * 2, None


class NoneFirst(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Optional[Tensor], Tensor]:
        return None, x * 2


class TupleOfOne(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor]:
        return (x * 2,)


class Detections(nn.Module):
    """As many boxes as the first number says."""

    def forward(self, x: Tensor) -> List[Dict[str, Tensor]]:
        found: List[Dict[str, Tensor]] = []
        for row in x:
            count = int(row[0] * 3) % 4
            found.append({"boxes": row[1] * torch.ones(count, 4), "scores": row[2] * torch.ones(count)})
        return found


class Detector(nn.Module):
    """Takes images and answers as torchvision's scripted detectors do. An image is [3,H,W]."""

    def forward(self, images: List[Tensor], targets: Optional[List[Dict[str, Tensor]]] = None) -> Tuple[
            Dict[str, Tensor], List[Dict[str, Tensor]]]:
        losses: Dict[str, Tensor] = {}
        found: List[Dict[str, Tensor]] = []
        for image in images:
            count = int(image.mean() * 7) % 3
            size = torch.tensor([0, 0, image.size(2), image.size(1)], dtype=torch.float32)
            found.append({"boxes": size.repeat(count, 1), "scores": image.mean() * torch.ones(count)})
        return losses, found


class AllBoxes(nn.Module):
    """The boxes of all images in one tensor: how many there are depends on the numbers."""

    def forward(self, x: Tensor) -> Tensor:
        return x[x[:, 0] > 0.5]


class BatchOfOne(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(1, 3) * 2


class Guessed(nn.Module):
    def forward(self, x: Tensor, a: Tensor, size: Tuple[int, int] = (1, 2)) -> Tensor:
        return x * 10 - a


class This(nn.Module):
    def forward(this, zebra: Tensor, apple: Tensor) -> Tensor:
        return zebra * 10 - apple


class OptionalMiddle(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor], y: Tensor, scale: float = 2.0,
                bias: Optional[Tensor] = None) -> Tensor:
        z = (x - y) * scale
        if mask is not None:
            z = z * mask
        if bias is not None:
            z = z + bias
        return z


class TensorTuple(nn.Module):
    def forward(self, pair: Tuple[Tensor, Tensor]) -> Tensor:
        return pair[0] - pair[1]


class AnyArgument(nn.Module):
    def forward(self, x: Tensor, extra: Any = None) -> Tensor:
        return x * 2


class DictWithRest(nn.Module):
    def forward(self, inputs: Dict[str, Tensor], flag: Optional[int], scale: float = 2.0) -> Tensor:
        return (inputs["a"] - inputs["b"]) * scale


class Doubles(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2).double()

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


class Singles(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x)


class Tokens(nn.Module):  # ids and mask int64 [T]
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(100, 4)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return (self.table(input_ids) * attention_mask.unsqueeze(-1)).sum(1)


class NeedsInt(nn.Module):
    def forward(self, x: Tensor, k: int) -> Tensor:
        return x * k


class NeedsTuple(nn.Module):
    def forward(self, x: Tensor, size: Tuple[int, int]) -> Tensor:
        return x * size[0]


class NeedsNames(nn.Module):
    def forward(self, x: Tensor, names: List[str]) -> Tensor:
        return x * len(names)


class NeedsDict(nn.Module):
    def forward(self, x: Tensor, more: Dict[str, Tensor]) -> Tensor:
        return x + more["a"]


class NeedsNothing(nn.Module):
    def forward(self) -> Tensor:
        return torch.ones(1)


class NoForward(nn.Module):
    @torch.jit.export
    def predict(self, x: Tensor) -> Tensor:
        return x


class ReturnsText(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, List[str]]:
        return x, ["a"]


class ReturnsNumbered(nn.Module):
    def forward(self, x: Tensor) -> Dict[int, Tensor]:
        return {1: x}


class Yolo(nn.Module):  # images
    def forward(self, x: Tensor) -> Tensor:
        return torch.tensor([8., 8., 4., 4., .9, .8, .1]).view(1, 1, 7).repeat(x.size(0), 3, 1)


class Sum(nn.Module):  # any number of numbers, for translators
    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).sum(1, keepdim=True)


TRAINING = {SavedInTraining}


def traced() -> torch.jit.ScriptModule:
    class OneOnly(nn.Module):
        def forward(self, x):
            return x.reshape(int(x.shape[0]), 3) * 2

    return torch.jit.trace(OneOnly(), torch.ones(1, 3))


def main() -> None:
    torch.manual_seed(12)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, kind in list(globals().items()):
            if isinstance(kind, type) and issubclass(kind, nn.Module) and kind not in (States,):
                model = torch.jit.script(kind().train(kind in TRAINING))
                add(archive, name, model)
        add(archive, "TracedBatchOfOne", traced())
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


def add(archive, name: str, model) -> None:
    buffer = io.BytesIO()
    torch.jit.save(model, buffer)
    write(archive, f"{name}.pt", smaller(buffer.getvalue()))


if __name__ == "__main__":
    main()
