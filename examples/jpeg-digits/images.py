#!/usr/bin/env python3
"""Draws the example's two images: held-out digits of the quickstart, enlarged, as dark ink on paper.

Needs   Pillow. On Debian 12: apt-get install python3-pil
Run     python3 images.py
Writes  digit.jpg and digit.png beside this file, and prints what they show.

The images come from "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
Repository, doi:10.24432/C50P49, licensed under CC BY 4.0; here they are enlarged and coloured.
"""

import json
from pathlib import Path

from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
ROWS = [json.loads(line) for line in open(HERE / "../quickstart/digits/heldout.jsonl", encoding="ascii")]


def draw(label: int, size: int) -> Image.Image:
    """The first held-out image of a digit."""
    pixels = next(row["instance"] for row in ROWS if row["label"] == label)
    ink = Image.new("L", (8, 8))
    ink.putdata([min(255, value * 16) for row in pixels for value in row])
    return ImageOps.colorize(ink.resize((size, size), Image.BICUBIC), black=(244, 239, 226), white=(32, 44, 96))


if __name__ == "__main__":
    draw(7, 240).save(HERE / "digit.jpg", quality=80)
    draw(3, 96).save(HERE / "digit.png", optimize=True)
    print("digit.jpg shows 7, digit.png 3")
