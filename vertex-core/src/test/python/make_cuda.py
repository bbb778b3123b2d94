#!/usr/bin/env python3
"""Makes src/main/resources/io/github/vertexj/djl/cuda.pt, a part of the library: what DJL cannot ask CUDA for.

Needs   a PyTorch built for CUDA, and a GPU: elsewhere TorchScript does not know the class of streams.
Run     python3 make_cuda.py [FILE]
"""

import io
import sys
import zipfile
from pathlib import Path

import torch
from torch import nn

FILE = Path(__file__).resolve().parents[2] / "main/resources/io/github/vertexj/djl/cuda.pt"


class Cuda(nn.Module):
    """Methods only: there is nothing to run forward."""

    @torch.jit.export
    def stream(self, device: int):
        return torch.cuda.Stream(torch.device("cuda:" + str(device)), 0)

    @torch.jit.export
    def use(self, stream: torch.classes.cuda.Stream) -> None:
        torch.cuda.set_stream(stream)

    @torch.jit.export
    def wait(self, stream: torch.classes.cuda.Stream) -> None:
        event = torch.cuda.Event(False, True, False)  # neither timed nor for other processes, but to sleep on
        event.record(stream)
        event.synchronize()


def without_sources(archive: bytes) -> bytes:
    """Leaves out the source lines, which name the directory that this script was run in."""
    smaller = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as files, zipfile.ZipFile(smaller, "w") as kept:
        for each in files.infolist():
            if not each.filename.endswith(".debug_pkl"):
                kept.writestr(zipfile.ZipInfo(each.filename), files.read(each))
    return smaller.getvalue()


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    file.write_bytes(without_sources(torch.jit.script(Cuda()).save_to_buffer()))
    cuda = torch.jit.load(str(file))
    default = torch.cuda.current_stream(0)
    stream = cuda.stream(0)
    cuda.use(stream)
    assert torch.cuda.current_stream(0) != default
    torch.ones(1000, device="cuda").sum()
    cuda.wait(stream)
    assert torch.cuda.current_stream(0).query()
    print(f"{file.name} {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
