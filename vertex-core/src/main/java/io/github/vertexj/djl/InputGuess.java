package io.github.vertexj.djl;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.Shape;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Probes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out by trying what a model takes about whose inputs nothing is declared: numbers as most
 * models do, or whole numbers as those that look them up in a table, in shapes that fit its first
 * weights.
 */
final class InputGuess {
  private static final Logger LOG = LoggerFactory.getLogger(InputGuess.class);

  /** More inputs have too many combinations of types. */
  private static final int MOST_INPUTS = 4;

  private static final int MOST_TRIES = 64;
  private static final int LENGTH = 16;

  private InputGuess() {}

  /**
   * Returns specifications that the model takes: the types may be relied on, the shapes are only
   * some that fit. Empty if nothing was found.
   *
   * @param inputs what is known
   * @param weights the shapes of the model's weights, in order
   */
  static List<TensorSpec> find(TensorPredictor model, InputTypes inputs, List<Shape> weights) {
    List<TensorSpec> required = inputs.required();
    if (required.isEmpty() || required.size() > MOST_INPUTS) {
      return List.of();
    }
    int tries = 0;
    for (List<TensorSpec> candidate : candidates(required, inputs.numbers(), weights)) {
      if (tries++ == MOST_TRIES) {
        break;
      }
      if (taken(model, candidate)) {
        return candidate;
      }
    }
    return List.of();
  }

  private static boolean taken(TensorPredictor model, List<TensorSpec> candidate) {
    Tensors probe = Probes.of(candidate, Map.of()).get(0).get(0);
    try {
      model.run(List.of(probe));
      return true;
    } catch (DeviceLostException e) {
      throw e;
    } catch (Exception e) {
      LOG.debug("The model does not take {}: {}", candidate, e.getMessage());
      return false;
    }
  }

  private static List<List<TensorSpec>> candidates(
      List<TensorSpec> required, TensorType numbers, List<Shape> weights) {
    List<List<TensorSpec>> candidates = new ArrayList<>();
    int combinations = 1 << required.size();
    for (Shape shape : shapes(weights)) {
      candidates.add(all(required, 0, numbers, shape));
    }
    candidates.add(all(required, combinations - 1, numbers, Shape.of(LENGTH)));
    for (int whole = 1; whole < combinations - 1; whole++) {
      for (Shape shape : shapes(weights)) {
        candidates.add(all(required, whole, numbers, shape));
      }
    }
    return candidates;
  }

  /** Specifications of one shape, those in a set of bits of whole numbers. */
  private static List<TensorSpec> all(
      List<TensorSpec> required, int whole, TensorType numbers, Shape shape) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < required.size(); i++) {
      boolean bit = (whole >> i & 1) != 0;
      specs.add(
          new TensorSpec(
              required.get(i).name(),
              bit ? TensorType.INT64 : numbers,
              bit ? Shape.of(LENGTH) : shape));
    }
    return specs;
  }

  /** Shapes of one instance that the first weights may be for. */
  private static Set<Shape> shapes(List<Shape> weights) {
    Set<Shape> shapes = new LinkedHashSet<>();
    for (Shape weight : weights.subList(0, Math.min(2, weights.size()))) {
      switch (weight.rank()) {
        case 2 -> {
          shapes.add(Shape.of(weight.dimension(1)));
          shapes.add(Shape.of(LENGTH, weight.dimension(1)));
        }
        case 3 -> shapes.add(Shape.of(weight.dimension(1), 64));
        case 4 -> {
          for (int size : new int[] {224, 64, 32, 28, 8}) {
            shapes.add(Shape.of(weight.dimension(1), size, size));
          }
        }
        default -> {
          // says nothing of the input
        }
      }
    }
    shapes.add(Shape.of(LENGTH));
    shapes.add(Shape.of(3, LENGTH, LENGTH));
    return shapes;
  }
}
