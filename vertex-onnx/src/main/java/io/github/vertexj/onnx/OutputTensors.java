package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.proof.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Copies outputs out of ONNX Runtime's memory, and frees what they consist of. */
final class OutputTensors {
  private OutputTensors() {}

  /** What is made of an element of a list. */
  interface Element<T> {
    T read(OnnxValue value) throws OrtException;
  }

  /**
   * Reads a tensor of numbers.
   *
   * @throws IllegalStateException if it is larger than memory that Java can address, or holds what
   *     its carrier cannot
   */
  static Tensor numbers(String name, OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    ElementType type = Objects.requireNonNull(ElementType.of(info));
    TensorType carrier = type.carrier();
    if (info.getNumElements() * Math.max(type.bytes(), carrier.bytes())
        > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalStateException(
          "the model's output "
              + name
              + " is larger than 2 GiB: lower batch_size in serving.properties");
    }
    Shape shape = Shape.of(Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray());
    if (shape.elements() == 0) {
      return Tensor.view(carrier, shape, new byte[0], 0);
    }
    byte[] bytes =
        switch (type) {
          case FLOAT16, BFLOAT16 -> floats(tensor.getFloatBuffer());
          default -> {
            ByteBuffer copy = tensor.getByteBuffer();
            yield type.carriedAsIs() ? bytes(copy) : widened(name, type, copy, shape.elements());
          }
        };
    return Tensor.view(carrier, shape, bytes, 0);
  }

  /** The first rows of a tensor: the others only filled up the batch. */
  static Tensor first(Tensor tensor, int rows) {
    if (tensor.shape().rank() == 0 || tensor.shape().dimension(0) <= rows) {
      return tensor;
    }
    int[] dimensions = tensor.shape().toArray();
    dimensions[0] = rows;
    ByteBuffer bytes = tensor.bytes();
    return Tensor.view(tensor.type(), Shape.of(dimensions), bytes.array(), bytes.arrayOffset());
  }

  /** The outputs of several runs as those of one. */
  static Output joined(List<Output> runs) {
    Output first = runs.get(0);
    if (first instanceof Output.One) {
      return Output.of(stacked(runs.stream().map(run -> ((Output.One) run).tensor()).toList()));
    }
    List<Output> parts = new ArrayList<>();
    Output.Several several = (Output.Several) first;
    for (int part = 0; part < several.parts().size(); part++) {
      int place = part;
      parts.add(
          joined(runs.stream().map(run -> ((Output.Several) run).parts().get(place)).toList()));
    }
    return new Output.Several(several.form(), several.names(), parts);
  }

  private static Tensor stacked(List<Tensor> tensors) {
    Tensor first = tensors.get(0);
    int[] dimensions = first.shape().toArray();
    dimensions[0] = tensors.stream().mapToInt(tensor -> tensor.shape().dimension(0)).sum();
    Shape shape = Shape.of(dimensions);
    byte[] bytes = new byte[shape.elements() * first.type().bytes()];
    ByteBuffer target = ByteBuffer.wrap(bytes);
    tensors.forEach(tensor -> tensor.copyTo(target));
    return Tensor.view(first.type(), shape, bytes, 0);
  }

  /** The array behind a copy that the Java API has just made, if it begins and ends with it. */
  private static byte[] bytes(ByteBuffer copy) {
    if (copy.arrayOffset() == 0 && copy.array().length == copy.remaining()) {
      return copy.array();
    }
    byte[] bytes = new byte[copy.remaining()];
    copy.get(bytes);
    return bytes;
  }

  private static byte[] floats(FloatBuffer values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] widened(String name, ElementType type, ByteBuffer from, int elements) {
    ByteBuffer bytes =
        ByteBuffer.allocate(elements * type.carrier().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      switch (type) {
        case INT8 -> bytes.putInt(from.get());
        case INT16 -> bytes.putInt(from.getShort());
        case UINT16 -> bytes.putInt(Short.toUnsignedInt(from.getShort()));
        case UINT32 -> bytes.putLong(Integer.toUnsignedLong(from.getInt()));
        case UINT64 -> bytes.putLong(signed(name, from.getLong()));
        default -> throw new IllegalStateException("not a type of an output: " + type);
      }
    }
    return bytes.array();
  }

  private static long signed(String name, long number) {
    if (number < 0) {
      throw new IllegalStateException(
          "the model's output " + name + " holds a uint64 beyond int64: cast it in the model");
    }
    return number;
  }

  /** Reads a tensor of text, flat. */
  static List<String> text(OnnxTensor tensor) throws OrtException {
    if (tensor.getInfo().getNumElements() == 0) {
      return List.of();
    }
    Object value = tensor.getValue();
    if (value instanceof String only) {
      return List.of(only);
    }
    List<String> flat = new ArrayList<>();
    flatten((Object[]) value, flat);
    return flat;
  }

  private static void flatten(Object[] nested, List<String> flat) {
    for (Object element : nested) {
      if (element instanceof Object[] inner) {
        flatten(inner, flat);
      } else {
        flat.add((String) element);
      }
    }
  }

  /** Reads a list; its elements are freed, which the list itself does not do. */
  static <T> List<T> list(OnnxSequence sequence, Element<T> element) throws OrtException {
    if (sequence.getInfo().length == 0) {
      return List.of(); // the Java API cannot tell the type of nothing
    }
    List<? extends OnnxValue> values = sequence.getValue();
    try {
      List<T> read = new ArrayList<>(values.size());
      for (OnnxValue value : values) {
        read.add(element.read(value));
      }
      return read;
    } finally {
      values.forEach(OnnxValue::close);
    }
  }

  /** Reads a map, in the order of its keys: ONNX Runtime has none. */
  static Map<Object, Object> map(OnnxValue value) throws OrtException {
    return new TreeMap<>(((OnnxMap) value).getValue());
  }
}
