#!/usr/bin/env python3
"""Trains the example's text model, a small recurrent network over letters, and writes it as TorchScript.

Needs   PyTorch. On Debian 12: apt-get install python3-torch
Run     python3 train.py        (a few minutes on one core)

Reads   alice.txt       "Alice's Adventures in Wonderland" by Lewis Carroll (1865), in the public domain; the text is Project
                        Gutenberg's, without its line breaks and chapter headings: a line is a paragraph.
Writes  alice.pt        one step of the model. Input: the number of a letter, int64 [N], and the state before it,
                        float32 [N, 96], zeros at the beginning. Output: a score for each next letter, float32 [N, 67], and
                        the state after it, float32 [N, 96].
        letters.json    the letters as one string: a letter's number is its place in it.

The seed is fixed and training runs on one CPU thread, so a second run on the same machine gives the same weights.
"""

import json
import math
import os
import zipfile
from pathlib import Path
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SEED = 18651126
STATE = 96
EMBEDDING = 24
STREAMS = 64  # as many places of the text are read side by side
STEPS = 80  # letters between two updates of the weights
EPOCHS = 50


class Letters(nn.Module):
    """A letter and a state in, scores of the next letter and a state out; about 43,000 parameters."""

    def __init__(self, letters: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(letters, EMBEDDING)
        self.cell = nn.GRUCell(EMBEDDING, STATE)
        self.scores = nn.Linear(STATE, letters)

    def forward(self, letter: Tensor, state: Tensor) -> Tuple[Tensor, Tensor]:
        state = self.cell(self.embedding(letter), state)
        return self.scores(state), state


def train(text: Tensor, letters: int) -> Letters:
    model = Letters(letters)
    # The same weights, for many steps in one call.
    sequence = nn.GRU(EMBEDDING, STATE, batch_first=True)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        setattr(sequence, name + "_l0", getattr(model.cell, name))
    optimizer = torch.optim.AdamW(model.parameters(), lr=6e-3, weight_decay=1e-3)
    length = (len(text) - 1) // STREAMS // STEPS * STEPS
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=EPOCHS * length // STEPS)
    for epoch in range(EPOCHS):
        offset = int(torch.randint(0, len(text) - length * STREAMS, ()))
        inputs = text[offset:][: length * STREAMS].view(STREAMS, length)
        targets = text[offset + 1:][: length * STREAMS].view(STREAMS, length)
        state = torch.zeros(1, STREAMS, STATE)
        total = 0.0
        for at in range(0, length, STEPS):
            optimizer.zero_grad()
            states, state = sequence(model.embedding(inputs[:, at:at + STEPS]), state.detach())
            loss = F.cross_entropy(model.scores(states).flatten(0, 1), targets[:, at:at + STEPS].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * STEPS / length
        print(f"epoch {epoch + 1}: {total / math.log(2):.3f} bits per letter", flush=True)
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


def sample(model: nn.Module, letters: str, begin: str, length: int) -> str:
    """Continues a text, as the server does."""
    state = torch.zeros(1, STATE)
    for letter in begin:
        scores, state = model(torch.tensor([letters.index(letter)]), state)
    text = begin
    for _ in range(length):
        letter = int(torch.multinomial(F.softmax(scores[0] / 0.6, 0), 1))
        text += letters[letter]
        scores, state = model(torch.tensor([letter]), state)
    return text


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    text = (HERE / "alice.txt").read_text(encoding="ascii")
    letters = "".join(sorted(set(text)))
    model = train(torch.tensor([letters.index(letter) for letter in text]), len(letters))
    save(model, HERE / "alice.pt")
    (HERE / "letters.json").write_text(json.dumps(letters) + "\n", encoding="ascii")
    saved = torch.jit.load(str(HERE / "alice.pt"))
    with torch.no_grad():
        print(sample(saved, letters, "Alice ", 400))
    print(f"alice.pt {(HERE / 'alice.pt').stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
