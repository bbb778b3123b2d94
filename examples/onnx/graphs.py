"""What the scripts here share: an ONNX file written by hand, where no converter is at hand.

Debian's packages python3-torch, -sklearn, -xgboost and -onnx are enough; with skl2onnx and onnxmltools the graphs of
income/ and wine/ are one call each.
"""

import json
import pathlib

import onnx
from onnx import TensorProto, helper

IR_VERSION = 8
OPSETS = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2)]


def tensor(name, element, *shape):
    return helper.make_tensor_value_info(name, element, shape)


def maps(name):
    """A list of one map per row, from a label to its probability: what ZipMap gives."""
    each = onnx.TypeProto()
    each.map_type.key_type = TensorProto.STRING
    each.map_type.value_type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    return helper.make_value_info(name, helper.make_sequence_type_proto(each))


def node(operator, inputs, outputs, **attributes):
    return helper.make_node(operator, inputs, outputs, domain="ai.onnx.ml", **attributes)


def save(file, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, pathlib.Path(file).stem, inputs, outputs, initializers)
    model = helper.make_model(graph, producer_name="vertexj-examples", opset_imports=OPSETS)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    onnx.save(model, str(file))


def save_lines(file, rows):
    """One JSON object a line: an instance, and what the Python library predicts for it."""
    with open(file, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
