"""A model server as the platform's tutorials have people write one: Flask, two routes, no more.

It is here to be judged by vertex-conformance, which must find its faults and no others.
"""

import os

from flask import Flask, jsonify, request

app = Flask(__name__)

# Nearest centre of three kinds of iris, by sepal and petal length and width in centimetres.
CENTRES = {
    "setosa": (5.0, 3.4, 1.5, 0.2),
    "versicolor": (5.9, 2.8, 4.3, 1.3),
    "virginica": (6.6, 3.0, 5.6, 2.0),
}


def nearest(flower):
    return min(
        CENTRES,
        key=lambda name: sum((a - b) ** 2 for a, b in zip(flower, CENTRES[name], strict=True)),
    )


@app.route(os.environ.get("AIP_HEALTH_ROUTE", "/health"), methods=["GET"])
def health():
    return jsonify(status="healthy")


@app.route(os.environ.get("AIP_PREDICT_ROUTE", "/predict"), methods=["POST"])
def predict():
    instances = request.get_json()["instances"]
    return jsonify(predictions=[nearest(flower) for flower in instances])


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("AIP_HTTP_PORT", "8080")))
