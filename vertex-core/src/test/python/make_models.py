#!/usr/bin/env python3
"""Makes the TorchScript models of the library's tests: src/test/resources/models/<name>/<name>.pt.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     PYTHONHASHSEED=0 python3 make_models.py
        It re-makes every model, reads each back, runs it and prints what it answered. On the same PyTorch it writes the
        same bytes each time (without PYTHONHASHSEED=0 some constants change places).

All models are in eval mode and on the CPU, and follow their input to another device. N is the number of rows (one row
is one instance) and may be any number; f32 stands for float32, "any" for a tensor of any shape.

name                   input                       output                      purpose
---------------------  --------------------------  --------------------------  -----------------------------------------
identity               any                         the same tensor             output may alias the input's memory
affine                 any float                   2x + 1, same shape          a value check that needs no weights
linear_softmax         f32 [N,4]                   f32 [N,3]: softmax of       a classifier whose answer is easy to know
                                                   (x0, x1, x2 + x3)
mlp                    f32 [N,784]                 f32 [N,10]: logits          784-24-24-10, ReLU, random weights
int64_sum              int64 [N,K]                 int64 [N]: sum of each row  integers in and out, one number a row
bool_not               bool, any shape             bool, same shape: not x     booleans in and out; raises for floats
uint8_to_float         uint8 [N,H,W]               f32 [N]: mean of each row   bytes in, another type out
double_affine          f64, any shape but []       f64, same shape: 2x + 1     more digits than a float holds
two_inputs             a: any, b: as a             a + b                       two positional arguments
dict_input             inp: Dict[str, Tensor]      inp["a"] + inp["b"]         named arguments; raises if one is missing
tuple_output           f32 [N,K]                   (2x [N,K], sum [N])         two unnamed outputs
dict_output            f32 [N,K]                   {"double": 2x [N,K],        two named outputs
                                                    "sum": sum [N]}
list_output            f32 [N,K]                   [2x [N,K], x + 1 [N,K]]     List[Tensor]
nested_output          f32 [N,K]                   (2x [N,K],                  a list in a tuple
                                                    [x + 1 [N,K], sum [N]])
bf16_output            any                         bfloat16, x                 a type that the engine cannot hand out
int16_output           any                         int16, x                    the same
half_output            any                         float16, x                  half precision
string_output          any                         the str "seven"             not a tensor
float_output           any                         the sum, a Python float     not a tensor
scalar_tensor_output   any                         the sum, a tensor []        a tensor without a row axis
wrong_rows             [N,...], N > 0              [N-1,...]: all but the last a model that breaks the one-for-one rule
raises_on_negative     any float                   2x; RuntimeError "negative  a bad row fails the whole batch
                                                   value in the input" if any
                                                   value < 0
gpu_fault_on_negative  any float                   2x; the error of a lost GPU what a CUDA fault does, without one
                                                   if any value < 0
nan_on_negative        any float                   sqrt(x): NaN where x < 0    values that JSON cannot say
oom_above_two_rows     [N,...]                     x; for N > 2 the            out of memory with some batch sizes only
                                                   allocator's error
oom_always             any                         the allocator's error       out of memory, whatever is asked
busy                   f32 [N,K], N > 0            x, after about x[0,0] ms    a forward of a chosen length; only the
                                                   on one thread               first row's first value counts
batch_dependent_shape  f32 [N,T]                   f32 [N,T,2]: (x, 2x)        rows of another length from call to call
rank_sensitive         f32 [N,1,8,8]               f32 [N,10]: logits          raises for every other rank
cnn_fp32               f32 [N,1,8,8]               f32 [N,10]: probabilities   what the next two are compared with
cnn_fp16               float16 [N,1,8,8]           float16 [N,10]              the same in half precision: .half()
cnn_bf16               bfloat16 [N,1,8,8]          bfloat16 [N,10]             the same in half precision: .bfloat16()

Beside them, src/main/resources/io/github/vertexj/djl/casts.pt, which is part of the library: changes of an element's
type that DJL cannot ask for, each as a method, and None, which it cannot make.
"""

import inspect
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MODELS = Path(__file__).resolve().parent.parent / "resources" / "models"
CASTS = MODELS.parents[2] / "main" / "resources" / "io" / "github" / "vertexj" / "djl" / "casts.pt"

# A model carries the path of its author's source file, and errors show it. The tests look for this one in replies.
AUTHOR_PATH = "/home/author/models/make_models.py"

# Four bytes each: 256 TiB, more than a process can address, so that the request fails under every overcommit policy.
TOO_MANY_FLOATS: int = 1 << 46

# Products of two 64 x 64 matrices in a millisecond: measured with libtorch 2.7.1 on one thread of a 2-core AMD EPYC.
BUSY_STEPS_PER_MS: int = 150


class Identity(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x


class Affine(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return 2.0 * x + 1.0


class LinearSoftmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=False)
        self.linear.weight.data = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])

    def forward(self, x: Tensor) -> Tensor:
        return F.softmax(self.linear(x), dim=1)


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(784, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Int64Sum(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum(1, dtype=torch.int64)


class BoolNot(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.bitwise_not(x)


class Uint8ToFloat(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).to(torch.float32).mean(1)


class DoubleAffine(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("scale", torch.tensor([2.0], dtype=torch.float64))
        self.register_buffer("offset", torch.tensor([1.0], dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale + self.offset


class TwoInputs(nn.Module):
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a + b


class DictInput(nn.Module):
    def forward(self, inp: Dict[str, Tensor]) -> Tensor:
        return inp["a"] + inp["b"]


class TupleOutput(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return x * 2, x.sum(1)


class DictOutput(nn.Module):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        return {"double": x * 2, "sum": x.sum(1)}


class ListOutput(nn.Module):
    def forward(self, x: Tensor) -> List[Tensor]:
        return [x * 2, x + 1]


class NestedOutput(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, List[Tensor]]:
        return x * 2, [x + 1, x.sum(1)]


class Bf16Output(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.to(torch.bfloat16)


class Int16Output(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.to(torch.int16)


class HalfOutput(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.half()


class StringOutput(nn.Module):
    def forward(self, x: Tensor) -> str:
        return "seven"


class FloatOutput(nn.Module):
    def forward(self, x: Tensor) -> float:
        return float(x.sum())


class ScalarTensorOutput(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.sum()


class WrongRows(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[:-1].clone()


class RaisesOnNegative(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if bool((x < 0).any()):
            raise RuntimeError("negative value in the input")
        return x * 2


class GpuFaultOnNegative(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if bool((x < 0).any()):
            raise RuntimeError("CUDA error: device-side assert triggered")
        return x * 2


class NanOnNegative(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.sqrt(x)


class OomAboveTwoRows(nn.Module):
    too_many: int

    def __init__(self) -> None:
        super().__init__()
        self.too_many = TOO_MANY_FLOATS

    def forward(self, x: Tensor) -> Tensor:
        if x.size(0) > 2:
            return x + torch.empty([self.too_many], dtype=torch.float32, device=x.device)[0]
        return x


class OomAlways(nn.Module):
    too_many: int

    def __init__(self) -> None:
        super().__init__()
        self.too_many = TOO_MANY_FLOATS

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.empty([self.too_many], dtype=torch.float32, device=x.device)[0]


class Busy(nn.Module):
    steps_per_ms: int

    def __init__(self) -> None:
        super().__init__()
        self.steps_per_ms = BUSY_STEPS_PER_MS
        # An orthogonal matrix: however often it is applied, the numbers neither grow nor vanish.
        self.register_buffer("turn", torch.linalg.qr(torch.randn(64, 64))[0].contiguous())

    def forward(self, x: Tensor) -> Tensor:
        y = self.turn
        for _ in range(int(float(x[0, 0]) * self.steps_per_ms)):
            y = torch.mm(y, self.turn)
        return x + (y * 0.0).sum()


class BatchDependentShape(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([x, x * 2], dim=2)


class RankSensitive(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.linear = nn.Linear(2 * 3 * 3, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.linear(x.flatten(1))


class Cnn(nn.Module):
    """A convolution, a batch norm whose statistics are buffers, and a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.norm.running_mean.normal_(0, 0.1)
        self.norm.running_var.uniform_(0.5, 1.5)
        self.linear = nn.Linear(4 * 3 * 3, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.norm(self.conv(x))), 2)
        return F.softmax(self.linear(x.flatten(1)), dim=1)


class CnnFp16(Cnn):
    def __init__(self) -> None:
        super().__init__()
        self.half()


class CnnBf16(Cnn):
    def __init__(self) -> None:
        super().__init__()
        self.bfloat16()


class Casts(nn.Module):
    @torch.jit.export
    def fp16(self, x: Tensor) -> Tensor:
        return x.to(torch.float16) if x.is_floating_point() else x

    @torch.jit.export
    def bf16(self, x: Tensor) -> Tensor:
        return x.to(torch.bfloat16) if x.is_floating_point() else x

    @torch.jit.export
    def widened(self, x: Tensor) -> Tensor:
        if x.dtype == torch.float16 or x.dtype == torch.bfloat16:
            return x.to(torch.float32)
        if x.dtype == torch.int8 or x.dtype == torch.int16:
            return x.to(torch.int32)
        return x

    @torch.jit.export
    def none(self) -> Optional[Tensor]:
        return None


X = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, 0.5, 1.5, 9.0]])

# Each model, by the name of its folder, with arguments to try it with.
MAKERS = {
    "identity": (Identity, [X]),
    "affine": (Affine, [X]),
    "linear_softmax": (LinearSoftmax, [X]),
    "mlp": (Mlp, [torch.ones(3, 784)]),
    "int64_sum": (Int64Sum, [torch.tensor([[1, 2], [1 << 53, 1]])]),
    "bool_not": (BoolNot, [torch.tensor([[True, False], [False, False]])]),
    "uint8_to_float": (Uint8ToFloat, [torch.tensor([[[0, 255]], [[1, 2]]], dtype=torch.uint8)]),
    "double_affine": (DoubleAffine, [torch.tensor([[0.1], [1e300]], dtype=torch.float64)]),
    "two_inputs": (TwoInputs, [X, X]),
    "dict_input": (DictInput, [{"a": X, "b": X}]),
    "tuple_output": (TupleOutput, [X]),
    "dict_output": (DictOutput, [X]),
    "list_output": (ListOutput, [X]),
    "nested_output": (NestedOutput, [X]),
    "bf16_output": (Bf16Output, [X]),
    "int16_output": (Int16Output, [X]),
    "half_output": (HalfOutput, [X]),
    "string_output": (StringOutput, [X]),
    "float_output": (FloatOutput, [X]),
    "scalar_tensor_output": (ScalarTensorOutput, [X]),
    "wrong_rows": (WrongRows, [X]),
    "raises_on_negative": (RaisesOnNegative, [X]),
    "gpu_fault_on_negative": (GpuFaultOnNegative, [X]),
    "nan_on_negative": (NanOnNegative, [-X]),
    "oom_above_two_rows": (OomAboveTwoRows, [X[:2]]),
    "oom_always": (OomAlways, [X]),
    "busy": (Busy, [X]),
    "batch_dependent_shape": (BatchDependentShape, [X]),
    "rank_sensitive": (RankSensitive, [torch.ones(3, 1, 8, 8)]),
    "cnn_fp32": (Cnn, [torch.ones(3, 1, 8, 8)]),
    "cnn_fp16": (CnnFp16, [torch.ones(3, 1, 8, 8, dtype=torch.float16)]),
    "cnn_bf16": (CnnBf16, [torch.ones(3, 1, 8, 8, dtype=torch.bfloat16)]),
}

# Models that cannot be run here: this one takes any memory there is, and PyTorch 1.13 has no float16 on the CPU.
NOT_RUN = ["oom_always", "cnn_fp16"]

# Calls that must fail, and a part of what they must say.
FAILURES = [
    ("raises_on_negative", [-X], "negative value in the input"),
    ("raises_on_negative", [-X], AUTHOR_PATH),
    ("gpu_fault_on_negative", [-X], "device-side assert triggered"),
    ("oom_above_two_rows", [X], "can't allocate memory"),
    ("oom_always", [X[:1]], "can't allocate memory"),
    ("bool_not", [X], "bitwise_not"),
    ("dict_input", [{"a": X}], "b"),
    ("rank_sensitive", [torch.ones(3, 8, 8)], "conv2d"),
    ("rank_sensitive", [torch.ones(1, 8, 8)], "shapes cannot be multiplied"),
    ("rank_sensitive", [torch.ones(8, 8)], "conv2d"),
]


def hide_author_path() -> None:
    """Makes TorchScript record AUTHOR_PATH as the place of this script."""
    import torch._sources
    import torch.jit.frontend
    here = Path(__file__).resolve()
    original = torch._sources.get_source_lines_and_file

    def get_source_lines_and_file(obj, error_msg=None):
        lines, number, file = original(obj, error_msg)
        return lines, number, AUTHOR_PATH if file and Path(file).resolve() == here else file

    torch._sources.get_source_lines_and_file = get_source_lines_and_file
    torch.jit.frontend.get_source_lines_and_file = get_source_lines_and_file


def path_of(name: str) -> Path:
    return MODELS / name / f"{name}.pt"


def make(name: str) -> None:
    torch.manual_seed(7)
    module = MAKERS[name][0]().eval()
    path_of(name).parent.mkdir(parents=True, exist_ok=True)
    torch.jit.script(module).save(str(path_of(name)))


def make_casts() -> None:
    CASTS.parent.mkdir(parents=True, exist_ok=True)
    torch.jit.script(Casts()).save(str(CASTS))
    casts = torch.jit.load(str(CASTS))
    assert casts.bf16(X).dtype == torch.bfloat16 and casts.fp16(X).dtype == torch.float16
    assert torch.equal(casts.widened(casts.bf16(X)), X.to(torch.bfloat16).float())
    assert casts.bf16(X.int()).dtype == torch.int32 and casts.widened(X.short()).dtype == torch.int32
    print(f"{CASTS.name:22} {CASTS.stat().st_size:6} bytes")


def answer(name: str, arguments: list) -> object:
    with torch.no_grad():
        return torch.jit.load(str(path_of(name)), map_location="cpu")(*arguments)


def described(value: object) -> str:
    if isinstance(value, Tensor):
        shape = ",".join(str(size) for size in value.shape)
        return f"{str(value.dtype).replace('torch.', '')} [{shape}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {described(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return type(value).__name__ + "(" + ", ".join(described(item) for item in value) + ")"
    return f"{type(value).__name__} {value!r}"


def main() -> None:
    for name in MAKERS:
        assert name in inspect.getdoc(inspect.getmodule(main)), f"{name} is not in the table above"
    hide_author_path()
    make_casts()
    for name, (_, arguments) in MAKERS.items():
        make(name)
        if name in NOT_RUN:
            continue
        print(f"{name:22} {path_of(name).stat().st_size:6} bytes  "
              f"{', '.join(described(argument) for argument in arguments)} -> {described(answer(name, arguments))}")
    for name, arguments, expected in FAILURES:
        try:
            answer(name, arguments)
        except Exception as error:  # torch raises RuntimeError, torch.jit.Error and others
            assert expected in str(error), f"{name}: {error}"
            print(f"{name:22} fails as it should: {str(error).strip().splitlines()[-1]}")
        else:
            raise AssertionError(f"{name} did not fail")


if __name__ == "__main__":
    main()
