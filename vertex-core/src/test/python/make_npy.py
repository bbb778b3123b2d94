"""Writes the .npy files in resources/npy with numpy itself; they are what NpyFormatTest reads.

    python3 make_npy.py        # any numpy; the files do not change from version to version
"""

import pathlib

import numpy as np
from numpy.lib import format as npy

HERE = pathlib.Path(__file__).parent.parent / "resources" / "npy"
GRID = np.arange(6).reshape(3, 2)


def save(name, array, version=None):
    with open(HERE / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version, allow_pickle=True)


for name, dtype in [("float32", "<f4"), ("float64", "<f8"), ("int32", "<i4"), ("int64", "<i8"), ("uint8", "|u1")]:
    save(name, GRID.astype(dtype))
save("bool", GRID % 2 == 1)
save("version2", GRID.astype("<f4"), (2, 0))
save("version3", GRID.astype("<f4"), (3, 0))
save("vector", np.array([1.5, -2.5], "<f4"))
save("scalar", np.array(1.5, "<f4"))
save("empty", np.zeros((0, 2), "<f4"))
save("special", np.array([[np.nan, np.inf], [-0.0, 1e-45]], "<f4"))

# What is refused.
save("fortran", np.asfortranarray(GRID.astype("<f4")))
save("bigendian", GRID.astype(">f4"))
save("float16", GRID.astype("<f2"))
save("uint16", GRID.astype("<u2"))
save("complex", GRID.astype("<c8"))
save("text", np.array(["a", "b"]))
save("structured", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
save("object", np.array([None, 1], dtype=object))
