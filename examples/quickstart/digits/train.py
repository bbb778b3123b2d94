#!/usr/bin/env python3
"""Trains the quickstart's digit classifier and writes it as TorchScript.

Needs   PyTorch and scikit-learn. On Debian 12:

            apt-get install python3-torch python3-sklearn python3-numpy

Run     PYTHONHASHSEED=0 python3 train.py       (about ten seconds)

Writes, beside this file:
    digits.pt       the model. Input: float32 [N, 8, 8], grey values 0 to 16, any N. Output: float32 [N, 10],
                    the probability of each digit (softmax). It scales its input itself.
    heldout.jsonl   the 360 images that the model was not trained on, one a line:
                    {"instance": [[8 integers 0 to 16] x 8], "label": 3}
and prints the accuracy on those 360 images. The split and every seed are fixed, and training runs on one CPU
thread, so a second run on the same machine gives the same weights and the same accuracy. With PYTHONHASHSEED=0 it gives
the same bytes; without, TorchScript writes some constants in another order.

Data    "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
        Repository, doi:10.24432/C50P49, licensed under CC BY 4.0. scikit-learn ships 1,797 of its images as
        load_digits(), which is where this script takes them from. heldout.jsonl holds 360 of them, unchanged but for
        their format.
"""

import json
import os
import zipfile
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SEED = 20240501
EPOCHS = 60
BATCH = 64


class Digits(nn.Module):
    """Three small convolutions; about 15,000 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1)
        self.dropout = nn.Dropout(0.3)
        self.out = nn.Linear(32 * 2 * 2, 10)

    def logits(self, x: Tensor) -> Tensor:
        x = x.unsqueeze(1) / 16.0
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        return self.out(self.dropout(x.flatten(1)))

    def forward(self, x: Tensor) -> Tensor:
        return F.softmax(self.logits(x), dim=1)


def shifted(images: Tensor) -> Tensor:
    """The images, each moved by -1, 0 or 1 pixel along either axis."""
    padded = F.pad(images, (1, 1, 1, 1))
    n = images.size(0)
    dy = torch.randint(0, 3, (n, 1, 1))
    dx = torch.randint(0, 3, (n, 1, 1))
    rows = torch.arange(8).view(1, 8, 1) + dy
    columns = torch.arange(8).view(1, 1, 8) + dx
    return padded[torch.arange(n).view(n, 1, 1), rows, columns]


def train(images: Tensor, labels: Tensor) -> Digits:
    model = Digits()
    optimizer = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=1e-3)
    steps = EPOCHS * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            loss = F.cross_entropy(model.logits(shifted(images[batch])), labels[batch], label_smoothing=0.05)
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def save(model: nn.Module, path: Path) -> None:
    """Saves as TorchScript, without the records that map it back to source files on this machine."""
    full = path.with_suffix(".full.pt")
    torch.jit.script(model).save(str(full))
    with zipfile.ZipFile(full) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for entry in source.namelist():
            if not entry.endswith(".debug_pkl"):
                name = path.stem + "/" + entry.split("/", 1)[1]
                target.writestr(zipfile.ZipInfo(name), source.read(entry))
    os.remove(full)


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    digits = load_digits()
    images = digits.images.astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(
        images, digits.target, test_size=360, stratify=digits.target, random_state=SEED)

    model = train(torch.from_numpy(train_x), torch.from_numpy(train_y))
    save(model, HERE / "digits.pt")

    with open(HERE / "heldout.jsonl", "w", encoding="ascii") as out:
        for image, label in zip(test_x, test_y):
            row = {"instance": image.astype(int).tolist(), "label": int(label)}
            out.write(json.dumps(row, separators=(",", ":")) + "\n")

    # Read back what was written, and judge that.
    saved = torch.jit.load(str(HERE / "digits.pt"))
    rows = [json.loads(line) for line in open(HERE / "heldout.jsonl", encoding="ascii")]
    with torch.no_grad():
        predicted = saved(torch.tensor([row["instance"] for row in rows], dtype=torch.float32)).argmax(1)
    right = int((predicted == torch.tensor([row["label"] for row in rows])).sum())
    print(f"trained on {len(train_x)} images; held out: {right} of {len(rows)} right, {right / len(rows):.2%}; "
          f"digits.pt {(HERE / 'digits.pt').stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
