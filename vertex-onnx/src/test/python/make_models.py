#!/usr/bin/python3
"""Writes the small ONNX files that the tests load, one directory each under ../resources/models.

Needs Debian's python3-onnx and python3-numpy. The same bytes each time.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "models"
MAIN = pathlib.Path(__file__).resolve().parent.parent.parent / "main" / "resources" / "io" / "github" / "vertexj" / "onnx"


def save(name, nodes, inputs, outputs, initializers=(), opset=15, file=None):
    domains = [h.make_opsetid("", opset), h.make_opsetid("ai.onnx.ml", 2)]
    graph = h.make_graph(nodes, name, inputs, outputs, initializer=list(initializers))
    model = h.make_model(graph, producer_name="vertexj-tests", opset_imports=domains)
    model.ir_version = 8
    file = file or RESOURCES / name / "model.onnx"
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(file))


def value(name, element, shape):
    return h.make_tensor_value_info(name, element, shape)


def constant(name, array, dtype):
    return nh.from_array(np.array(array, dtype=dtype), name)


def ml(operator, inputs, outputs, **attributes):
    return h.make_node(operator, inputs, outputs, domain="ai.onnx.ml", **attributes)


def listed(name, element):
    return h.make_value_info(name, h.make_sequence_type_proto(element))


def maps(name, key):
    each = onnx.TypeProto()
    each.map_type.key_type = key
    each.map_type.value_type.CopyFrom(h.make_tensor_type_proto(T.FLOAT, []))
    return listed(name, each)


FLOATS = h.make_tensor_type_proto(T.FLOAT, None)
node = h.make_node

# Rows of two floats: y = 2x + 1.
AFFINE = [node("Mul", ["x", "two"], ["d"]), node("Add", ["d", "one"], ["y"])]
NUMBERS = [constant("two", 2, "f"), constant("one", 1, "f")]
save("affine", AFFINE, [value("x", T.FLOAT, ["N", 2])], [value("y", T.FLOAT, ["N", 2])], NUMBERS)
save("any_length", AFFINE, [value("x", T.FLOAT, ["N", "L"])], [value("y", T.FLOAT, ["N", "L"])], NUMBERS)
save("no_shape", AFFINE, [h.make_value_info("x", FLOATS)], [h.make_value_info("y", FLOATS)], NUMBERS)
save("fixed_one", AFFINE, [value("x", T.FLOAT, [1, 2])], [value("y", T.FLOAT, [1, 2])], NUMBERS)
save("fixed_four", AFFINE, [value("x", T.FLOAT, [4, 2])], [value("y", T.FLOAT, [4, 2])], NUMBERS)
save("no_batch", [node("ReduceMean", ["x"], ["y"], axes=[0], keepdims=0)], [value("x", T.FLOAT, [3, 2])], [value("y", T.FLOAT, [2])])
save("no_common_batch", [node("MatMul", ["a", "b"], ["y"])], [value("a", T.FLOAT, [2, 3]), value("b", T.FLOAT, [3, 2])], [value("y", T.FLOAT, [2, 2])])
# The mean over the batch: what a row gives depends on its neighbours.
save(
    "neighbours",
    [node("ReduceMean", ["x"], ["m"], axes=[0], keepdims=1), node("Sub", ["x", "m"], ["y"])],
    [value("x", T.FLOAT, ["N", 2])],
    [value("y", T.FLOAT, ["N", 2])],
)
save(
    "two_inputs",
    [node("Cast", ["b"], ["c"], to=T.FLOAT), node("ReduceSum", ["c", "axis"], ["s"], keepdims=1), node("Add", ["a", "s"], ["sum"]), node("Mul", ["a", "s"], ["product"])],
    [value("a", T.FLOAT, ["N", 2]), value("b", T.INT64, ["N", 3])],
    [value("sum", T.FLOAT, ["N", 2]), value("product", T.FLOAT, ["N", 2])],
    [constant("axis", [1], "i8")],
)
for name in ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "INT8", "INT16", "INT32", "INT64", "UINT8", "BOOL", "STRING", "UINT16"):
    element = getattr(T, name)
    save("identity_" + name.lower(), [node("Identity", ["x"], ["y"])], [value("x", element, ["N", 2])], [value("y", element, ["N", 2])])
for name in ("UINT16", "UINT32", "UINT64"):
    save("to_" + name.lower(), [node("Cast", ["x"], ["y"], to=getattr(T, name))], [value("x", T.DOUBLE, ["N"])], [value("y", getattr(T, name), ["N"])])

# Lists, maps and text.
SCORES = [constant("w", [[1, -1], [0.5, 2]], "f"), constant("zero", 0, "f")]
SCORE = [node("MatMul", ["x", "w"], ["s"]), node("Softmax", ["s"], ["p"], axis=1)]
save("map_by_text", SCORE + [ml("ZipMap", ["p"], ["y"], classlabels_strings=["no", "yes"])], [value("x", T.FLOAT, ["N", 2])], [maps("y", T.STRING)], SCORES)
save(
    "label_and_map",
    SCORE + [ml("ZipMap", ["p"], ["probabilities"], classlabels_int64s=[7, 9]), node("ArgMax", ["p"], ["label"], axis=1, keepdims=0)],
    [value("x", T.FLOAT, ["N", 2])],
    [value("label", T.INT64, ["N"]), maps("probabilities", T.INT64)],
    SCORES,
)
save(
    "label",
    SCORE + [node("ArgMax", ["p"], ["a"], axis=1, keepdims=0), ml("LabelEncoder", ["a"], ["y"], keys_int64s=[0, 1], values_strings=["no", "yes"])],
    [value("x", T.FLOAT, ["N", 2])],
    [value("y", T.STRING, ["N"])],
    SCORES,
)
save("rows_as_list", [node("SplitToSequence", ["x"], ["y"], axis=0)], [value("x", T.FLOAT, ["N", 2])], [listed("y", FLOATS)])
save("empty_list", [node("SequenceEmpty", [], ["y"], dtype=T.FLOAT), node("Identity", ["x"], ["z"])], [value("x", T.FLOAT, [1, 2])], [listed("y", FLOATS), value("z", T.FLOAT, [1, 2])])
OPTIONAL = h.make_value_info("y", h.make_optional_type_proto(h.make_tensor_type_proto(T.FLOAT, ["N", 2])))
save(
    "optional_output",
    [node("Optional", [], ["y"], type=h.make_tensor_type_proto(T.FLOAT, ["N", 2])), node("Identity", ["x"], ["z"])],
    [value("x", T.FLOAT, ["N", 2])],
    [OPTIONAL, value("z", T.FLOAT, ["N", 2])],
)
save("list_input", [node("ConcatFromSequence", ["x"], ["y"], axis=0)], [listed("x", FLOATS)], [value("y", T.FLOAT, ["N", 2])])
save(
    "columns",
    [
        ml("OneHotEncoder", ["job"], ["hot"], cats_strings=["Sales", "Nurse"], zeros=1),
        node("Flatten", ["hot"], ["jobs"]),
        node("Cast", ["children"], ["c"], to=T.FLOAT),
        node("Cast", ["retired"], ["r"], to=T.FLOAT),
        node("Concat", ["age", "jobs", "c", "r"], ["row"], axis=1),
        node("IsNaN", ["age"], ["missing"]),
    ],
    [value("age", T.FLOAT, ["N", 1]), value("job", T.STRING, ["N", 1]), value("children", T.INT64, ["N", 1]), value("retired", T.BOOL, ["N", 1])],
    [value("row", T.FLOAT, ["N", 5]), value("missing", T.BOOL, ["N", 1])],
)

# What fails.
save("reshape", [node("Reshape", ["x", "s"], ["r"]), node("ReduceSum", ["r"], ["t"], keepdims=0), node("Add", ["x", "t"], ["y"])], [value("x", T.FLOAT, ["N", "K"])], [value("y", T.FLOAT, ["N", "K"])], [constant("s", [-1, 7], "i8")])
save("pair", [node("Add", ["a", "b"], ["y"])], [value("a", T.FLOAT, ["N", "K"]), value("b", T.FLOAT, ["N", "L"])], [value("y", T.FLOAT, ["N", "K"])])
save("embedding", [node("Gather", ["table", "ids"], ["y"])], [value("ids", T.INT64, ["N", "T"])], [value("y", T.FLOAT, ["N", "T", 2])], [constant("table", np.arange(10).reshape(5, 2), "f")])
save("huge_output", [node("Expand", ["x", "s"], ["y"])], [value("x", T.FLOAT, ["N", 1])], [value("y", T.FLOAT, ["N", None])], [constant("s", [1, 200_000_000_000], "i8")])
save("unknown_operator", [node("Wobble", ["x"], ["y"])], [value("x", T.FLOAT, ["N", 2])], [value("y", T.FLOAT, ["N", 2])])
save("newer_opset", AFFINE, [value("x", T.FLOAT, ["N", 2])], [value("y", T.FLOAT, ["N", 2])], NUMBERS, opset=99)
body = h.make_graph(
    [node("MatMul", ["s", "one"], ["t"]), node("Identity", ["c"], ["d"])],
    "body",
    [value("i", T.INT64, []), value("c", T.BOOL, []), value("s", T.FLOAT, None)],
    [value("d", T.BOOL, []), value("t", T.FLOAT, None)],
    initializer=[constant("one", np.eye(2), "f")],
)
save("endless", [node("Loop", ["n", "", "x"], ["y"], body=body)], [value("x", T.FLOAT, ["N", 2])], [value("y", T.FLOAT, ["N", 2])], [constant("n", 2**60, "i8")])

# An MLP that keeps a processor busy for some time, with its weights in a file beside it.
random = np.random.RandomState(14)
layers = [random.randn(128, 96).astype("f") / 10, random.randn(96, 10).astype("f") / 10]
save(
    "external",
    [node("MatMul", ["x", "w0"], ["a"]), node("Relu", ["a"], ["b"]), node("MatMul", ["b", "w1"], ["y"])],
    [value("x", T.FLOAT, ["N", 128])],
    [value("y", T.FLOAT, ["N", 10])],
    [nh.from_array(layers[0], "w0"), nh.from_array(layers[1], "w1")],
)
file = RESOURCES / "external" / "model.onnx"
(file.parent / "weights.bin").unlink(missing_ok=True)
onnx.save(onnx.load(str(file)), str(file), save_as_external_data=True, location="weights.bin", size_threshold=1024)

# What is run on a device to see that it is used: it must not be optimised away.
save("addition", [node("Add", ["x", "x"], ["y"])], [value("x", T.FLOAT, ["N"])], [value("y", T.FLOAT, ["N"])], file=MAIN / "addition.onnx")
