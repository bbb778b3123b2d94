// A model server as one writes it with Express: the JSON middleware, two routes, no handler for errors.
const express = require("express");

// Nearest centre of three kinds of iris, by sepal and petal length and width in centimetres.
const CENTRES = {
  setosa: [5.0, 3.4, 1.5, 0.2],
  versicolor: [5.9, 2.8, 4.3, 1.3],
  virginica: [6.6, 3.0, 5.6, 2.0],
};

function nearest(flower) {
  const distance = (centre) => centre.reduce((sum, c, i) => sum + (c - flower[i]) ** 2, 0);
  const [name] = Object.entries(CENTRES).sort((a, b) => distance(a[1]) - distance(b[1]))[0];
  return name;
}

const app = express();
app.use(express.json({ limit: "16mb" }));

app.get(process.env.AIP_HEALTH_ROUTE || "/health", (request, response) => {
  response.json({ status: "healthy" });
});

app.post(process.env.AIP_PREDICT_ROUTE || "/predict", (request, response) => {
  response.json({ predictions: request.body.instances.map(nearest) });
});

app.listen(Number(process.env.AIP_HTTP_PORT || 8080), () => console.log("listening"));
