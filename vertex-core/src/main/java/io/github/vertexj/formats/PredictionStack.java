package io.github.vertexj.formats;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import io.github.vertexj.tensor.TensorWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Predictions that are tensors of equal types and shapes, seen as outputs whose first dimension is
 * the batch.
 *
 * <p>An output without a name is called {@code output}; several in order {@code output_0} and so
 * on. Immutable and thread-safe.
 */
final class PredictionStack {
  private static final String ONLY_NAME = "output";

  private final List<Tensors> predictions;
  private final List<String> names;

  private PredictionStack(List<Tensors> predictions, List<String> names) {
    this.predictions = predictions;
    this.names = names;
  }

  /**
   * Stacks predictions.
   *
   * @param predictions none gives no outputs, since nobody knows what they would look like
   * @throws InvalidInputException if they cannot be stacked
   */
  static PredictionStack of(List<?> predictions) {
    List<Tensors> tensors = new ArrayList<>(predictions.size());
    for (Object prediction : predictions) {
      tensors.add(tensors(prediction));
      if (!tensors.get(0).stackableWith(tensors.get(tensors.size() - 1))) {
        throw unfit("the predictions differ in type or shape");
      }
    }
    return new PredictionStack(tensors, tensors.isEmpty() ? List.of() : names(tensors.get(0)));
  }

  /** Whether all predictions are tensors, as none are. */
  static boolean areTensors(List<?> predictions) {
    return predictions.stream().allMatch(p -> p instanceof Tensor || p instanceof Tensors);
  }

  private static Tensors tensors(Object prediction) {
    if (prediction instanceof Tensors tensors) {
      return tensors;
    }
    if (prediction instanceof Tensor tensor) {
      return Tensors.of(tensor);
    }
    throw unfit("this model's predictions are not tensors");
  }

  /** A caller's mistake: the model answers, only not in this format. */
  private static InvalidInputException unfit(String fault) {
    return new InvalidInputException(
        fault
            + ", which this format cannot carry; send {\"instances\": […]} as application/json to"
            + " get them");
  }

  private static List<String> names(Tensors first) {
    return switch (first.form()) {
      case NAMED -> first.names();
      case SINGLE -> List.of(ONLY_NAME);
      case ORDERED ->
          first.size() == 1
              ? List.of(ONLY_NAME)
              : IntStream.range(0, first.size()).mapToObj(i -> ONLY_NAME + "_" + i).toList();
    };
  }

  /** The names of the outputs. */
  List<String> names() {
    return names;
  }

  /** The first row of an output: its type, and its shape without the batch. */
  Tensor first(int output) {
    return predictions.get(0).get(output);
  }

  /** The shape of an output. */
  Shape shape(int output) {
    try {
      return first(output).shape().prepend(predictions.size());
    } catch (IllegalArgumentException tooLarge) {
      throw new UnwritablePredictionException("has more than 2^31 - 1 elements");
    }
  }

  /** The length of an output in bytes. */
  long bytes(int output) {
    return (long) first(output).length() * predictions.size();
  }

  /** Appends the elements of an output as they are. */
  void writeBytes(int output, PooledBuffer buffer) {
    for (Tensors prediction : predictions) {
      buffer.append(prediction.get(output));
    }
  }

  /** Appends the elements of an output as JSON numbers with commas between them. */
  void writeNumbers(int output, PooledBuffer buffer) {
    boolean empty = first(output).elements() == 0;
    for (int row = 0; row < predictions.size() && !empty; row++) {
      if (row > 0) {
        buffer.append(',');
      }
      try {
        TensorWriter.writeFlat(predictions.get(row).get(output), buffer);
      } catch (UnwritablePredictionException e) {
        throw e.within(JsonPath.element(row));
      }
    }
  }
}
