"""A model server of nothing but Python's standard library, which tells its callers all that it knows of a failure."""

import html
import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Nearest centre of three kinds of iris, by sepal and petal length and width in centimetres.
CENTRES = {
    "setosa": (5.0, 3.4, 1.5, 0.2),
    "versicolor": (5.9, 2.8, 4.3, 1.3),
    "virginica": (6.6, 3.0, 5.6, 2.0),
}


def nearest(flower):
    numbers = [float(number) for number in flower]
    return min(CENTRES, key=lambda name: sum((a - b) ** 2 for a, b in zip(numbers, CENTRES[name], strict=True)))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == os.environ.get("AIP_HEALTH_ROUTE", "/health"):
            self.reply(200, "application/json", "{}")
        else:
            self.send_error(404)

    def do_POST(self):
        if self.path != os.environ.get("AIP_PREDICT_ROUTE", "/predict"):
            self.send_error(404)
            return
        try:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            predictions = [nearest(flower) for flower in json.loads(body)["instances"]]
            self.reply(200, "application/json", json.dumps({"predictions": predictions}))
        except Exception:
            page = "<h1>Prediction failed</h1><pre>" + html.escape(traceback.format_exc()) + "</pre>"
            self.reply(500, "text/html; charset=utf-8", page)

    def reply(self, status, media_type, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("AIP_HTTP_PORT", "8080"))), Handler).serve_forever()
