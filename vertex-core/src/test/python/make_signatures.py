#!/usr/bin/env python3
"""Makes a family of TorchScript models whose forward takes all kinds of arguments, and says what PyTorch knows of each.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     PYTHONHASHSEED=0 python3 make_signatures.py
        It writes src/test/resources/signatures.zip: for each model N a file N.pt, and a line in signatures.txt:
        N <tab> name=type[?]; name=type[?]; ... where ? says that there is a default, and types are written by PyTorch.

The family: types x defaults x nesting x order x the first parameter's name x comments and strings in the source x
modules nested in others x methods beside forward x packages x scripted and traced.
"""

import importlib.util
import io
import random
import sys
import tempfile
import zipfile
from pathlib import Path

import torch

TARGET = Path(__file__).resolve().parent.parent / "resources" / "signatures.zip"

REQUIRED = [
    "Tensor", "int", "float", "bool", "str", "Optional[Tensor]", "List[Tensor]", "Dict[str, Tensor]",
    "Tuple[Tensor, Tensor]", "Tuple[int, Tuple[int, float]]", "List[List[Tensor]]", "Dict[str, List[Tensor]]",
    "Optional[Dict[str, Tuple[Tensor, Tensor]]]", "List[Optional[Tensor]]", "Dict[int, Tensor]", "List[str]", "Pair",
    "Optional[List[int]]", "Tuple[Pair, List[Dict[str, Tensor]]]",
]

DEFAULTS = [
    ("int", "3"), ("int", "-1"), ("float", "1e-5"), ("float", "-2.5"), ("float", "1e300"), ("bool", "True"),
    ("str", "'a, b) -> (c: d=\"e\"'"), ("str", "\"it's # no comment\""), ("str", "'\\n  def forward(self, y: Tensor):\\n'"),
    ("Optional[Tensor]", "None"), ("Optional[int]", "None"), ("Optional[int]", "4"),
    ("Tuple[int, int]", "(1, 2)"), ("Tuple[int, Tuple[int, float]]", "(1, (2, 3.0))"), ("Tuple[str, str]", "(')', '[')"),
    ("Optional[List[Tensor]]", "None"), ("Optional[Dict[str, Tensor]]", "None"), ("Optional[Tuple[int, int]]", "(5, 6)"),
]

FIRST = ["self", "this", "me", "module", "_", "x_"]
NAMES = ["x", "a", "zebra", "size", "input_ids", "attention_mask", "y", "B", "forward", "def_", "Tensor_", "self_", "_q"]
RETURNS = ["Tensor", "Tuple[Tensor, Dict[str, Tensor]]", "Pair", "List[Dict[str, Tensor]]"]
BODIES = {
    "Tensor": "return torch.ones(1)",
    "Tuple[Tensor, Dict[str, Tensor]]": "return torch.ones(1), {'a': torch.ones(1)}",
    "Pair": "return Pair(torch.ones(1), torch.ones(1))",
    "List[Dict[str, Tensor]]": "return [{'a': torch.ones(1)}]",
}

SOURCE = """
from typing import Dict, List, NamedTuple, Optional, Tuple
import torch
from torch import Tensor, nn

class Pair(NamedTuple):
    left: Tensor
    right: Tensor

class Inner(nn.Module):
    def forward(self, wrong: Tensor, names: Tensor) -> Tensor:
        return wrong + names

class {klass}(nn.Module):
    def __init__({first}):
        super().__init__()
        {first}.inner = Inner()

    @torch.jit.export
    def before({first}, no: Tensor) -> Tensor:  # def forward(self, no: Tensor)
        print("\\n  def forward(self, z: Tensor) -> Tensor:", "class {klass}(Module):")
        return no

    def forward({first}, {arguments}) -> {returns}:  # (a comment, with: brackets=[
        {body}

    @torch.jit.export
    def forward_(  {first}, no: Tensor) -> Tensor:
        return {first}.inner(no, no)
"""


class Traced(torch.nn.Module):
    def forward(self, ids, mask):
        return {"sum": ids + mask}


def source(chance: random.Random, klass: str) -> str:
    names = NAMES[:]
    chance.shuffle(names)
    arguments = []
    for _ in range(chance.randint(1, 3)):
        arguments.append(f"{names.pop()}: {chance.choice(REQUIRED)}")
    for _ in range(chance.randint(0, 3)):
        type_, default = chance.choice(DEFAULTS)
        arguments.append(f"{names.pop()}: {type_}={default}")
    separator = chance.choice([", ", ",\n            ", ",  # one, two)\n            "])
    returns = chance.choice(RETURNS)
    return SOURCE.format(
        klass=klass, first=chance.choice(FIRST), arguments=separator.join(arguments), returns=returns, body=BODIES[returns])


def module(folder: Path, package: str, text: str):
    path = folder / f"{package.replace('.', '_')}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(package, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[package] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def described(model) -> str:
    arguments = []
    for argument in model.forward.schema.arguments[1:]:
        default = "?" if argument.has_default_value() else ""
        arguments.append(f"{argument.name}={argument.type.annotation_str}{default}")
    return "; ".join(arguments)


def main() -> None:
    chance = random.Random(12)
    lines = []
    with tempfile.TemporaryDirectory() as temporary, zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            package = chance.choice(["pkg{}", "deep.er.pkg{}", "Caps{}"]).format(number)
            klass = chance.choice(["Net", "Model{}", "_Private"]).format(number)
            made = getattr(module(Path(temporary), package, source(chance, klass)), klass)()
            model = torch.jit.script(made)
            add(archive, lines, str(number), model)
        ones = torch.ones(2, 3)
        add(archive, lines, "traced", torch.jit.trace(Traced(), (ones, ones), strict=False))
        frozen = torch.jit.freeze(torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 2))).eval())
        add(archive, lines, "frozen", frozen)
        write(archive, "signatures.txt", "\n".join(lines).encode())
    print(f"{TARGET}: {len(lines)} models, {TARGET.stat().st_size} bytes")


def add(archive, lines, name: str, model) -> None:
    model = model.eval()
    lines.append(f"{name}\t{described(model)}")
    buffer = io.BytesIO()
    torch.jit.save(model, buffer)
    write(archive, f"{name}.pt", smaller(buffer.getvalue()))


def smaller(model: bytes) -> bytes:
    """Leaves the source lines for error messages out, and packs what libtorch leaves unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model)) as full, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as small:
        for entry in full.namelist():
            if not entry.endswith(".debug_pkl"):
                write(small, entry, full.read(entry))
    return out.getvalue()


def write(archive, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
