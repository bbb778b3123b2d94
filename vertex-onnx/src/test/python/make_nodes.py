#!/usr/bin/python3
"""Takes a sample of the ONNX project's own node tests, whose reference outputs are the specification's.

Needs Debian's python3-onnx (1.12), in whose package the tests are. Writes ../resources/nodes.jsonl.gz: for each test a
line of JSON with its model, the instance and the prediction. A node has no batch, so that each model is wrapped into one of a single
instance: Unsqueeze and Squeeze around its tensors. Left out are tests whose numbers JSON cannot carry, of types that have no
Java tensor, large ones, and training operators; the list is printed.
"""

import base64
import collections
import gzip
import json
import pathlib
import warnings

import numpy as np
import onnx
from onnx import helper, numpy_helper

warnings.filterwarnings("ignore")
for alias, kind in {"float": float, "int": int, "bool": bool, "object": object}.items():
    setattr(np, alias, kind)  # gone from numpy, and still used by the tests of onnx 1.12
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

FILE = pathlib.Path(__file__).resolve().parent.parent / "resources" / "nodes.jsonl.gz"
LARGEST = 12_000
EACH = 2  # tests of one operator
CARRIED = {np.dtype(name) for name in ("float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "bool")}


def json_value(array):
    if array.dtype == object or array.dtype.kind in "US":
        return array.astype(str).tolist()
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError("not finite")
    if array.dtype.kind == "u" and array.size and array.max() > 2**63 - 1:
        raise ValueError("beyond int64")
    return array.astype(np.float64).tolist() if array.dtype == np.float16 else array.tolist()


def wrap(case):
    """The model with one more dimension, of size 1, before all others of its inputs and outputs."""
    graph = case.model.graph
    opset = next(o.version for o in case.model.opset_import if o.domain in ("", "ai.onnx"))
    axes = []
    if opset >= 13:
        axes = ["axes__"]
        graph.initializer.append(numpy_helper.from_array(np.array([0], dtype=np.int64), "axes__"))

    def reshape(operator, source, target):
        attributes = {} if opset >= 13 else {"axes": [0]}
        return helper.make_node(operator, [source] + axes, [target], **attributes)

    before, after = [], []
    names = {}
    for value in graph.input:
        if not value.type.HasField("tensor_type"):
            raise ValueError("not a tensor")
        names[value.name] = value.name + "__in"
        before.append(reshape("Squeeze", names[value.name], value.name))
    for value in graph.output:
        if not value.type.HasField("tensor_type"):
            raise ValueError("not a tensor")
        names[value.name] = value.name + "__out"
        after.append(reshape("Unsqueeze", value.name, names[value.name]))
    for value in list(graph.input) + list(graph.output):
        value.name = names[value.name]
        dims = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        element = value.type.tensor_type.elem_type
        value.type.CopyFrom(helper.make_tensor_type_proto(element, [1] + dims))
    nodes = before + list(graph.node) + after
    del graph.node[:]
    graph.node.extend(nodes)
    case.model.ir_version = 8
    return case.model.SerializeToString()


left_out = collections.Counter()
lines = []
names_seen = set()
of_operator = collections.Counter()
for case in sorted(collect_testcases(None), key=lambda case: case.name):
    try:
        operator = case.model.graph.node[0].op_type
        if case.name in names_seen:
            raise ValueError("a name that occurs twice")
        if of_operator[operator] == EACH:
            raise ValueError("enough of its operator")
        if any(o.domain not in ("", "ai.onnx", "ai.onnx.ml") for o in case.model.opset_import):
            raise ValueError("training")
        if "strnormalizer" in case.name:
            raise ValueError("of a locale")
        if case.name.endswith("_expanded") or "_expanded_" in case.name:
            raise ValueError("a second form of another")
        if any(o.version > 17 for o in case.model.opset_import):
            raise ValueError("newer opset")
        inputs, outputs = case.data_sets[0]
        arrays = list(inputs) + list(outputs)
        if any(not isinstance(array, np.ndarray) and not np.isscalar(array) for array in arrays):
            raise ValueError("not a tensor")
        inputs, outputs = [np.asarray(a) for a in inputs], [np.asarray(a) for a in outputs]
        if not inputs or len(inputs) != len(case.model.graph.input):
            raise ValueError("no inputs")
        if any(a.dtype not in CARRIED and a.dtype.kind not in "OUS" for a in inputs):
            raise ValueError("input of " + next(str(a.dtype) for a in inputs if a.dtype not in CARRIED))
        if any(a.dtype.kind == "c" for a in outputs):
            raise ValueError("complex")
        names = [value.name + "__in" for value in case.model.graph.input]
        instance = [json_value(a) for a in inputs]
        outs = [value.name + "__out" for value in case.model.graph.output]
        prediction = [json_value(a) for a in outputs]
        model = wrap(case)
        line = json.dumps(
            {
                "name": case.name,
                "model": base64.b64encode(model).decode(),
                "instance": instance[0] if len(instance) == 1 else dict(zip(names, instance)),
                "prediction": prediction[0] if len(prediction) == 1 else dict(zip(outs, prediction)),
            }
        )
        if len(line) > LARGEST:
            raise ValueError("large")
    except ValueError as why:
        left_out[str(why)] += 1
        continue
    lines.append(line)
    names_seen.add(case.name)
    of_operator[operator] += 1
with gzip.GzipFile(FILE, "wb", 9, mtime=0) as out:
    out.write("\n".join(lines).encode())
print(len(lines), "tests,", FILE.stat().st_size, "bytes; left out:", dict(left_out))
