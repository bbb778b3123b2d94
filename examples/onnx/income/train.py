#!/usr/bin/python3
"""Trains a scikit-learn pipeline on rows of numbers and strings, and writes it as ONNX.

The rows are invented here: age, weekly hours, education and job, with a rule and noise for who earns much. One number in
ten is missing. Writes model.onnx, which has an input per column and ends in a ZipMap, and heldout.jsonl with
scikit-learn's own answers.
"""

import pathlib
import sys

import numpy
from onnx import TensorProto, helper
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graphs import maps, node, save, save_lines, tensor  # noqa: E402

NUMBERS = ["age", "hours"]
STRINGS = ["education", "job"]
EDUCATIONS = {"School": 0, "Bachelor": 1, "Master": 2, "Doctor": 3}
JOBS = {"Sales": 0.2, "Nurse": 0.0, "Engineer": 1.2, "Clerk": -0.6, "Köchin": -0.4}

draw = numpy.random.RandomState(14)


def row():
    education, job = draw.choice(list(EDUCATIONS)), draw.choice(list(JOBS))
    age, hours = float(draw.randint(18, 70)), float(draw.randint(10, 61))
    score = 0.04 * (age - 40) + 0.06 * (hours - 38) + 0.7 * EDUCATIONS[education] + JOBS[job] - 1.2
    label = ">50K" if score + draw.normal(0, 0.8) > 0 else "<=50K"
    numbers = [value if draw.rand() > 0.1 else numpy.nan for value in (age, hours)]
    return numbers + [education, job], label


rows, labels = zip(*(row() for _ in range(2000)))
rows = numpy.array(rows, dtype=object)
labels = numpy.array(labels)
pipeline = make_pipeline(
    ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [0, 1]),
            ("strings", OneHotEncoder(handle_unknown="ignore"), [2, 3]),
        ]
    ),
    LogisticRegression(),
)
pipeline.fit(rows[:1600], labels[:1600])
print("right of held-out:", pipeline.score(rows[1600:], labels[1600:]))

columns, classifier = pipeline[0].named_transformers_, pipeline[1]
imputer, scaler = columns["numbers"]
categories = [[str(value) for value in each] for each in columns["strings"].categories_]
weights = classifier.coef_[0]
save(
    HERE / "model.onnx",
    [
        node("Imputer", ["age"], ["age_known"], imputed_value_floats=[imputer.statistics_[0]], replaced_value_float=float("nan")),
        node("Imputer", ["hours"], ["hours_known"], imputed_value_floats=[imputer.statistics_[1]], replaced_value_float=float("nan")),
        helper.make_node("Concat", ["age_known", "hours_known"], ["numbers"], axis=1),
        node("Scaler", ["numbers"], ["scaled"], offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist()),
        # A string that was not seen in training is a row of zeros, as handle_unknown="ignore" says.
        node("OneHotEncoder", ["education"], ["education_hot"], cats_strings=categories[0], zeros=1),
        node("OneHotEncoder", ["job"], ["job_hot"], cats_strings=categories[1], zeros=1),
        helper.make_node("Flatten", ["education_hot"], ["education_row"]),
        helper.make_node("Flatten", ["job_hot"], ["job_row"]),
        helper.make_node("Concat", ["scaled", "education_row", "job_row"], ["features"], axis=1),
        node(
            "LinearClassifier",
            ["features"],
            ["label", "scores"],
            classlabels_strings=[str(value) for value in classifier.classes_],
            coefficients=(-weights).tolist() + weights.tolist(),
            intercepts=[-classifier.intercept_[0], classifier.intercept_[0]],
            post_transform="LOGISTIC",
        ),
        node("Normalizer", ["scores"], ["normal"], norm="L1"),
        node("ZipMap", ["normal"], ["probabilities"], classlabels_strings=[str(value) for value in classifier.classes_]),
    ],
    [tensor(name, TensorProto.FLOAT, "rows", 1) for name in NUMBERS]
    + [tensor(name, TensorProto.STRING, "rows", 1) for name in STRINGS],
    [tensor("label", TensorProto.STRING, "rows"), maps("probabilities")],
)

heldout = rows[1600:1640].copy()
heldout[3, 2] = "Apprenticeship"  # not seen in training
heldout[4, 3] = ""
answers = pipeline.predict_proba(heldout)
save_lines(
    HERE / "heldout.jsonl",
    (
        {
            "instance": {
                name: None if isinstance(value, float) and numpy.isnan(value) else value
                for name, value in zip(NUMBERS + STRINGS, each)
            },
            "prediction": {
                "label": str(label),
                "probabilities": dict(zip([str(value) for value in classifier.classes_], answer.tolist())),
            },
        }
        for each, label, answer in zip(heldout, pipeline.predict(heldout), answers)
    ),
)
