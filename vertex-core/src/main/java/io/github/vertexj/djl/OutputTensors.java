package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.proof.Output;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies what a script answered out of native memory, and gives named tuples their names. */
final class OutputTensors {
  private final ScriptCode code;
  private final @Nullable ScriptType returned;

  /** Creates what copies the answers of a model. */
  OutputTensors(ScriptCode code) {
    this.code = code;
    this.returned = code.forward().map(CodeReader.Head::returned).orElse(null);
  }

  /**
   * Copies.
   *
   * @throws IllegalStateException if an output is of a type that cannot be served, or too large
   */
  Output copy(TorchScript.Answer answer) {
    return copy("", answer, returned);
  }

  private Output copy(String name, TorchScript.Answer answer, @Nullable ScriptType type) {
    if (answer instanceof TorchScript.Answer.One one) {
      return Output.of(copied(one.tensor(), name));
    }
    if (answer instanceof TorchScript.Answer.Numbers numbers) {
      return Output.of(numbers.numbers());
    }
    if (!(answer instanceof TorchScript.Answer.Several several)) {
      return Output.nothing();
    }
    ScriptType inner = type == null ? null : type.inner();
    List<CodeReader.Parameter> fields = fields(inner, several.parts().size());
    boolean named = !fields.isEmpty();
    List<String> names =
        named ? fields.stream().map(CodeReader.Parameter::name).toList() : several.names();
    List<Output> parts = new ArrayList<>();
    for (int i = 0; i < several.parts().size(); i++) {
      String own = names.isEmpty() ? Integer.toString(i) : names.get(i);
      ScriptType partType = named ? fields.get(i).type() : part(inner, several.form(), i);
      parts.add(copy(name.isEmpty() ? own : name + "." + own, several.parts().get(i), partType));
    }
    return named ? Output.named(names, parts) : new Output.Several(several.form(), names, parts);
  }

  /** The fields of a named tuple of so many parts; empty if the type is no such tuple. */
  private List<CodeReader.Parameter> fields(@Nullable ScriptType type, int parts) {
    return type == null
        ? List.of()
        : code.fields(type).filter(fields -> fields.size() == parts).orElse(List.of());
  }

  private static @Nullable ScriptType part(@Nullable ScriptType type, Output.Form form, int index) {
    List<ScriptType> arguments = type == null ? List.of() : type.arguments();
    int argument =
        switch (form) {
          case LIST -> 0;
          case TUPLE -> index;
          case NAMED -> 1; // of Dict[str, …]
        };
    return argument < arguments.size() ? arguments.get(argument) : null;
  }

  private static Tensor copied(NDArray output, String name) {
    NDArray known = known(output, name);
    TensorType type = type(known.getDataType());
    if (known.getShape().size() * type.bytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalStateException(
          label(name) + " is larger than 2 GiB: lower batch_size in serving.properties");
    }
    long[] dimensions = output.getShape().getShape();
    Shape shape = Shape.of(Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray());
    return Tensor.view(type, shape, bytes(known, shape.elements() * type.bytes()), 0);
  }

  private static byte[] bytes(NDArray array, int length) {
    byte[] bytes = new byte[length];
    if (length > 0) {
      ByteBuffer view = array.toByteBuffer(true);
      view.get(bytes);
    }
    return bytes;
  }

  /** The output in a type that we know; the others are named and not touched. */
  private static NDArray known(NDArray output, String name) {
    return switch (output.getDataType()) {
      case FLOAT32, FLOAT64, INT32, INT64, UINT8, BOOLEAN -> output;
      case INT8 -> output.toType(DataType.INT32, false);
      default -> throw unservable(name);
    };
  }

  /** What to throw for an output whose elements are of a type that nobody can be given. */
  static IllegalStateException unservable(String name) {
    return new IllegalStateException(
        label(name)
            + " is of an element type that cannot be served: convert it to float32 in forward");
  }

  private static TensorType type(DataType type) {
    return switch (type) {
      case FLOAT32 -> TensorType.FLOAT32;
      case FLOAT64 -> TensorType.FLOAT64;
      case INT32 -> TensorType.INT32;
      case INT64 -> TensorType.INT64;
      case UINT8 -> TensorType.UINT8;
      case BOOLEAN -> TensorType.BOOL;
      default -> throw new IllegalStateException("not a type of ours: " + type);
    };
  }

  private static String label(String name) {
    return name.isEmpty() ? "the model's output" : "the model's output '" + name + "'";
  }
}
