package io.github.vertexj.googleclient;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;

/** The model behind the endpoint: doubles numbers, and takes none below zero. */
final class Doubling implements PredictorProvider<Doubling.Number, Doubling.Twice> {

  record Number(int value) {}

  record Twice(int value) {}

  @Override
  public Predictor<Number, Twice> newPredictor(int worker) {
    return (numbers, parameters) -> numbers.stream().map(Doubling::twice).toList();
  }

  private static Twice twice(Number number) {
    if (number.value() < 0) {
      throw new InvalidInputException("numbers must not be negative");
    }
    return new Twice(2 * number.value());
  }

  @Override
  public InstanceReader<Number> instanceReader() {
    return InstanceReader.of(Number.class);
  }
}
