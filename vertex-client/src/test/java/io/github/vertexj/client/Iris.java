package io.github.vertexj.client;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that is easy to provoke. */
final class Iris implements Predictor<Iris.Flower, Iris.Species> {
  record Flower(double petalLength, int leaves) {}

  record Species(String name, int leaves) {}

  final AtomicInteger calls = new AtomicInteger();

  @Override
  public List<Species> predict(List<Flower> flowers, Parameters parameters) {
    calls.incrementAndGet();
    for (int i = 0; i < flowers.size(); i++) {
      if (flowers.get(i).petalLength() < 0) {
        throw InvalidInputException.at(i, "a petal is at least 0 long");
      }
      if (flowers.get(i).petalLength() > 1e6) {
        throw new IllegalStateException("a secret");
      }
    }
    String suffix = parameters.text("suffix", "");
    return flowers.stream()
        .map(
            f -> new Species((f.petalLength() < 2.5 ? "setosa" : "virginica") + suffix, f.leaves()))
        .toList();
  }
}
