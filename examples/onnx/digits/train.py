#!/usr/bin/python3
"""Trains a small convolutional network on scikit-learn's handwritten digits, and exports it with torch.onnx.

Writes model.onnx, and heldout.jsonl: images that it was not trained on, with PyTorch's own probabilities.
"""

import pathlib
import sys

import numpy
import torch
from sklearn.datasets import load_digits

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graphs import save_lines  # noqa: E402

torch.manual_seed(14)
torch.set_num_threads(1)
images, labels = load_digits(return_X_y=True)
images = (images / 16).astype(numpy.float32).reshape(-1, 1, 8, 8)
order = numpy.random.RandomState(14).permutation(len(images))
training, heldout = order[:1500], order[1500:]

network = torch.nn.Sequential(
    torch.nn.Conv2d(1, 16, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(16, 32, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(32 * 4 * 4, 10),
    torch.nn.Softmax(dim=1),
)
optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
x, y = torch.from_numpy(images[training]), torch.from_numpy(labels[training])
for epoch in range(40):
    for rows in torch.randperm(len(x)).split(50):
        optimizer.zero_grad()
        torch.nn.functional.nll_loss(torch.log(network(x[rows]) + 1e-12), y[rows]).backward()
        optimizer.step()

network.eval()
with torch.no_grad():
    probabilities = network(torch.from_numpy(images[heldout])).numpy()
print("right of held-out:", (probabilities.argmax(1) == labels[heldout]).mean())
torch.onnx.export(
    network,
    torch.zeros(1, 1, 8, 8),
    str(HERE / "model.onnx"),
    input_names=["image"],
    output_names=["probabilities"],
    dynamic_axes={"image": {0: "batch"}, "probabilities": {0: "batch"}},
    opset_version=13,
)
save_lines(
    HERE / "heldout.jsonl",
    (
        {"instance": images[row].tolist(), "prediction": answer.tolist(), "label": int(labels[row])}
        for row, answer in list(zip(heldout, probabilities))[:40]
    ),
)
