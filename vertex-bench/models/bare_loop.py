#!/usr/bin/env python3
"""Runs a TorchScript model over and over with nothing around it, on the GPU if there is one: what a server is held against.

Run     python3 bare_loop.py FILE BATCH SECONDS THREADS fp32|fp16|bf16
Prints  images per second, and CPU microseconds per image

A batch of 3 x 224 x 224 float32 lies in the memory of the host, is brought to the device, cast there, and the answer
comes back as float32, as in a server. Each thread has batches of its own; OMP_NUM_THREADS says what each may use.
"""

import sys
import threading
import time

import torch

TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
WARM_UPS = 3


def main() -> None:
    file, batch, seconds, threads, dtype = sys.argv[1:]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = torch.jit.load(file, map_location=device).eval()
    counts = [0] * int(threads)
    started = threading.Barrier(len(counts) + 1)

    def once(images: torch.Tensor) -> None:
        with torch.no_grad():
            model(images.to(device).to(TYPES[dtype])).float().cpu()

    def loop(place: int) -> None:
        images = torch.rand(int(batch), 3, 224, 224)
        for _ in range(WARM_UPS):
            once(images)
        started.wait()
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end:
            once(images)
            counts[place] += int(batch)

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
