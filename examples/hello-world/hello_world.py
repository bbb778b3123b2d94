import json
import logging
import os

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route(os.environ.get("AIP_HEALTH_ROUTE", "/health"), methods=["GET", "POST"])
def health():
    return jsonify(status="ok")


def model(instance):
    return "hello world."


@app.route("/hello-world", methods=["POST"])
@app.route(os.environ.get("AIP_PREDICT_ROUTE", "/predict"), methods=["POST"])
def predict():
    body = request.get_data()
    if not body:
        return "no parameters", 400
    try:
        instance = json.loads(body, strict=False)
    except ValueError as error:
        return jsonify(error=str(error)), 400
    return jsonify(predictions=[model(instance)])


@app.errorhandler(404)
def not_found(error):
    logging.warning("not found: %s", request.url)
    return "not found: " + request.url, 404


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("AIP_HTTP_PORT", "8080")))
