#!/usr/bin/python3
"""Trains gradient-boosted trees with XGBoost on scikit-learn's wines, and writes them as a TreeEnsembleClassifier.

Writes model.onnx, serving.properties with the names of the columns, and heldout.jsonl with XGBoost's own answers. Some
cells are missing in training and in the held-out rows.
"""

import json
import pathlib
import sys

import numpy
import xgboost
from onnx import TensorProto
from sklearn.datasets import load_wine

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graphs import node, save, save_lines, tensor  # noqa: E402

wines = load_wine()
names = [name.split("/")[0] for name in wines.feature_names]
draw = numpy.random.RandomState(14)
rows = wines.data.astype(numpy.float32)
rows[draw.rand(*rows.shape) < 0.05] = numpy.nan
order = draw.permutation(len(rows))
training, heldout = order[:130], order[130:]
booster = xgboost.train(
    {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "eta": 0.3, "seed": 14, "nthread": 1},
    xgboost.DMatrix(rows[training], wines.target[training]),
    num_boost_round=20,
)
answers = booster.predict(xgboost.DMatrix(rows[heldout]))
print("right of held-out:", (answers.argmax(1) == wines.target[heldout]).mean())

saved = json.loads(booster.save_raw("json"))["learner"]
ensemble = saved["gradient_booster"]["model"]
nodes = {key: [] for key in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids", "missing_value_tracks_true")}
leaves = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
for tree, output in zip(ensemble["trees"], ensemble["tree_info"]):
    for place, left in enumerate(tree["left_children"]):
        leaf = left < 0
        nodes["treeids"].append(tree["id"])
        nodes["nodeids"].append(place)
        nodes["featureids"].append(0 if leaf else tree["split_indices"][place])
        nodes["values"].append(0.0 if leaf else tree["split_conditions"][place])
        nodes["modes"].append("LEAF" if leaf else "BRANCH_LT")
        nodes["truenodeids"].append(0 if leaf else left)
        nodes["falsenodeids"].append(0 if leaf else tree["right_children"][place])
        # where a missing value goes
        nodes["missing_value_tracks_true"].append(0 if leaf else int(tree["default_left"][place]))
        if leaf:
            leaves["treeids"].append(tree["id"])
            leaves["nodeids"].append(place)
            leaves["ids"].append(output)
            leaves["weights"].append(tree["split_conditions"][place])
save(
    HERE / "model.onnx",
    [
        node(
            "TreeEnsembleClassifier",
            ["features"],
            ["label", "probabilities"],
            classlabels_int64s=[0, 1, 2],
            base_values=[float(saved["learner_model_param"]["base_score"])] * 3,
            post_transform="SOFTMAX",
            **{f"nodes_{key}": value for key, value in nodes.items()},
            **{f"class_{key}": value for key, value in leaves.items()},
        )
    ],
    [tensor("features", TensorProto.FLOAT, "rows", len(names))],
    [tensor("label", TensorProto.INT64, "rows"), tensor("probabilities", TensorProto.FLOAT, "rows", 3)],
)
(HERE / "serving.properties").write_text(
    "# The model has one matrix of numbers; with these names an instance is an object, too.\n"
    f"option.columns={','.join(names)}\n"
)
save_lines(
    HERE / "heldout.jsonl",
    (
        {
            "instance": {name: None if numpy.isnan(value) else float(value) for name, value in zip(names, rows[row])},
            "prediction": {"label": int(answer.argmax()), "probabilities": answer.tolist()},
        }
        for row, answer in zip(heldout, answers)
    ),
)
