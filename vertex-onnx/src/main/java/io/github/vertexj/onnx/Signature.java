package io.github.vertexj.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and outputs of a model as its file declares them.
 *
 * <p>The first dimension of every input is the batch: of any size, of one, or of a fixed size,
 * which is filled up. Immutable and thread-safe.
 *
 * @param rows how many instances a call takes: {@link #ANY}, or exactly so many
 */
record Signature(List<Input> inputs, List<Output> outputs, int rows) {
  static final int ANY = Shape.ANY;

  /**
   * An input.
   *
   * @param shape that of one instance; null if the file leaves it open
   */
  record Input(String name, ElementType type, @Nullable Shape shape) {
    /** What an instance's tensor must look like. */
    TensorSpec spec() {
      return new TensorSpec(name, type.carrier(), shape);
    }

    /** Whether an instance has exactly one element of it. */
    boolean scalar() {
      return shape != null && shape.fixed() && shape.elements() == 1;
    }

    @Override
    public String toString() {
      return name + ":" + type + (shape == null ? "" : shape);
    }
  }

  /** What an output is. */
  enum Kind {
    /** A tensor of numbers. */
    NUMBERS,
    /** A tensor of text. */
    TEXT,
    /** A list of tensors. */
    LIST,
    /** A list of maps, one for each instance: what ZipMap gives. */
    MAPS,
    /** One map. */
    MAP
  }

  /**
   * An output; only {@link Kind#NUMBERS} and {@link Kind#LIST} of numbers are tensors for a client.
   */
  record Output(String name, Kind kind, boolean text, String description) {
    @Override
    public String toString() {
      return name + ":" + description;
    }
  }

  /** A tensor's dimensions; -1 is any size. */
  private record Dimensions(List<Long> sizes) {
    static Dimensions of(TensorInfo info) {
      return new Dimensions(Arrays.stream(info.getShape()).boxed().toList());
    }

    int rank() {
      return sizes.size();
    }

    long first() {
      return sizes.get(0);
    }

    @Override
    public String toString() {
      return sizes.stream()
          .map(size -> size < 0 ? "*" : Long.toString(size))
          .collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /**
   * Reads the signature of a session.
   *
   * @throws StartException naming the input or output that cannot be served, and what to export
   */
  static Signature read(OrtSession session) {
    try {
      List<Input> inputs = new ArrayList<>();
      Rows rows = new Rows();
      for (NodeInfo node : session.getInputInfo().values()) {
        inputs.add(input(node, rows));
      }
      if (inputs.isEmpty()) {
        throw new StartException("the model has no inputs; export it with at least one");
      }
      List<Output> outputs = new ArrayList<>();
      for (NodeInfo node : session.getOutputInfo().values()) {
        outputs.add(output(node, rows));
      }
      return new Signature(List.copyOf(inputs), List.copyOf(outputs), rows.count());
    } catch (OrtException e) {
      throw new StartException(
          "the model has an input or output of a type that ONNX Runtime's Java API cannot carry, such as"
              + " an optional one; export it with tensors, lists of tensors or maps",
          e);
    }
  }

  /** What the first dimensions say about the batch. */
  private static final class Rows {
    private int count = ANY;
    private String from = "";

    void input(String name, Dimensions dimensions) {
      long first = dimensions.first();
      if (from.isEmpty()) {
        from = name;
        count = first < 0 ? ANY : Math.toIntExact(first);
      } else if (count != (first < 0 ? ANY : first)) {
        throw new StartException(
            "the model's inputs %s and %s have no common first dimension, so that it has no batch"
                    .formatted(from, name)
                + "; export both with the batch as their first dimension");
      }
    }

    void output(String name, Dimensions dimensions) {
      boolean fixed = count > 1;
      if (fixed
          && dimensions.rank() > 0
          && dimensions.first() >= 0
          && dimensions.first() != count) {
        throw new StartException(
            "the model's input %s is fixed to %d in its first dimension, but its output %s is %s, so that it has no batch"
                    .formatted(from, count, name, dimensions)
                + "; export it with a batch as the first dimension of both");
      }
    }

    int count() {
      return count;
    }
  }

  private static Input input(NodeInfo node, Rows rows) {
    String name = node.getName();
    if (!(node.getInfo() instanceof TensorInfo info)) {
      throw new StartException(
          "the model's input %s is a list or a map, which cannot be served; export it with tensors"
              .formatted(name));
    }
    ElementType type = ElementType.of(info);
    if (type == null || type.inputType() == null) {
      throw new StartException(
          "the model's input %s is of %s, of which ONNX Runtime's Java API makes no tensor; cast it in the model, as from int64"
              .formatted(name, typeName(type, info)));
    }
    Dimensions dimensions = Dimensions.of(info);
    if (dimensions.rank() == 0) {
      return new Input(name, type, null); // the Java API shows one without a declared shape so
    }
    rows.input(name, dimensions);
    return new Input(name, type, instanceShape(dimensions));
  }

  private static Shape instanceShape(Dimensions dimensions) {
    return Shape.of(
        dimensions.sizes().stream()
            .skip(1)
            .mapToInt(size -> size < 0 ? Shape.ANY : Math.toIntExact(size))
            .toArray());
  }

  private static Output output(NodeInfo node, Rows rows) {
    String name = node.getName();
    if (node.getInfo() instanceof TensorInfo info) {
      ElementType type = ElementType.of(info);
      if (type == null) {
        throw new StartException(
            "the model's output %s is of %s, which cannot be served; cast it to float in the model"
                .formatted(name, typeName(null, info)));
      }
      Dimensions dimensions = Dimensions.of(info);
      rows.output(name, dimensions);
      return new Output(
          name, type.text() ? Kind.TEXT : Kind.NUMBERS, type.text(), type + dimensions.toString());
    }
    if (node.getInfo() instanceof SequenceInfo info) {
      return info.isSequenceOfMaps()
          ? new Output(name, Kind.MAPS, true, "list of maps")
          : new Output(
              name,
              Kind.LIST,
              "STRING".equals(info.sequenceType.name()),
              "list of " + info.sequenceType.name().toLowerCase(Locale.ROOT));
    }
    if (node.getInfo() instanceof MapInfo) {
      return new Output(name, Kind.MAP, true, "map");
    }
    throw new StartException(
        "the model's output %s is of no type that can be served".formatted(name));
  }

  private static String typeName(@Nullable ElementType type, TensorInfo info) {
    return type != null
        ? type.toString()
        : info.onnxType.name().replaceFirst(".*_TYPE_", "").toLowerCase(Locale.ROOT);
  }

  /** Whether every input is numbers, so that an instance is tensors. */
  boolean numbersIn() {
    return inputs.stream().noneMatch(input -> input.type().text());
  }

  /** Whether half precision is among the types, so that sums differ by more from batch to batch. */
  boolean half() {
    return inputs.stream().anyMatch(input -> input.type().half())
        || outputs.stream().anyMatch(output -> output.description().contains("float16"));
  }

  /** Whether there is an input for each column of a row. */
  boolean columns() {
    return inputs.size() > 1 && inputs.stream().allMatch(Input::scalar);
  }

  /** Whether every output is tensors of numbers or lists of them. */
  boolean numbersOut() {
    return outputs.stream().noneMatch(Output::text);
  }

  /** Whether a call is for one instance: the batch is fixed to it, or an output is one for all. */
  boolean oneAtATime() {
    return rows == 1
        || outputs.stream()
            .anyMatch(
                output ->
                    output.kind() == Kind.MAP || (output.kind() == Kind.LIST && output.text()));
  }

  /**
   * Checks the largest batch.
   *
   * @throws StartException if the model's own is smaller
   */
  void requireBatch(int maxBatchSize) {
    if (rows > 1 && maxBatchSize > rows) {
      throw new StartException(
          "batch_size is %d, but the model's batch is fixed to %d; write batch_size=%d or less"
              .formatted(maxBatchSize, rows, rows));
    }
  }

  /** The most instances of a call, at most as many as asked for. */
  int mostRows(int most) {
    return oneAtATime() ? 1 : rows == ANY ? most : Math.min(rows, most);
  }

  /** Prints as {@code (x:float[784]) -> (y:float[*, 10])}. */
  @Override
  public String toString() {
    return inputs.stream().map(Object::toString).collect(Collectors.joining(", ", "(", ")"))
        + outputs.stream().map(Object::toString).collect(Collectors.joining(", ", " -> (", ")"));
  }
}
