#!/usr/bin/env python3
"""Runs a TorchScript model over and over with nothing around it, on the GPU if there is one: what a server is held against.

Run     python3 bare_loop.py FILE BATCH SECONDS THREADS fp32|fp16|bf16 [there]
Prints  images per second, and CPU microseconds per image

A batch of 3 x 224 x 224 float32 lies in the memory of the host, is brought to the device, cast there, and the answer
comes back as float32, as in a server. With "there" the batch lies on the device already, in the model's type, and the
answer stays: the most that the device can do. Each thread has batches of its own; OMP_NUM_THREADS says what each may
use.
"""

import sys
import threading
import time

import torch

TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
WARM_UPS = 3
LAUNCHED_AHEAD = 8  # batches, so that the device never waits for Python


def main() -> None:
    file, batch, seconds, threads, dtype = sys.argv[1:6]
    there = sys.argv[6:] == ["there"]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = torch.jit.load(file, map_location=device).eval()
    counts = [0] * int(threads)
    images_at_once = int(batch) * (LAUNCHED_AHEAD if there else 1)
    started = threading.Barrier(len(counts) + 1)

    def once(images: torch.Tensor) -> None:
        with torch.no_grad():
            if not there:
                model(images.to(device).to(TYPES[dtype])).float().cpu()
                return
            for _ in range(LAUNCHED_AHEAD):
                model(images)
            if device.type == "cuda":
                torch.cuda.synchronize()

    def loop(place: int) -> None:
        images = torch.rand(int(batch), 3, 224, 224)
        if there:
            images = images.to(device).to(TYPES[dtype])
        for _ in range(WARM_UPS):
            once(images)
        started.wait()
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end:
            once(images)
            counts[place] += images_at_once

    loops = [threading.Thread(target=loop, args=[place]) for place in range(len(counts))]
    for each in loops:
        each.start()
    started.wait()
    wall, cpu = time.monotonic(), time.process_time()
    for each in loops:
        each.join()
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    print(sum(counts) / wall, cpu * 1e6 / sum(counts))


if __name__ == "__main__":
    main()
