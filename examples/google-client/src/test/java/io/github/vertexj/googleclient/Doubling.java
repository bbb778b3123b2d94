package io.github.vertexj.googleclient;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;

/** The model behind the endpoint: doubles numbers, and takes none below zero. */
final class Doubling implements PredictorProvider<Doubling.Number, Doubling.Twice> {

  record Number(int value) {}

  record Twice(int value) {}

  @Override
  public LoadedModel<Number, Twice> load(DeployedModel model, LoadProgress progress) {
    return LoadedModel.of(
        Number.class, (numbers, parameters) -> numbers.stream().map(Doubling::twice).toList());
  }

  private static Twice twice(Number number) {
    if (number.value() < 0) {
      throw new InvalidInputException("numbers must not be negative");
    }
    return new Twice(2 * number.value());
  }
}
