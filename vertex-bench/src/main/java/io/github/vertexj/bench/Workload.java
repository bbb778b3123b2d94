package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.ndarray.types.DataType;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** A model of {@code make_models.py}, with what its clients send. */
enum Workload {
  /** A small model: HTTP and JSON cost about as much as the forward. */
  MLP(TensorType.FLOAT32, DataType.FLOAT32, 10, Bodies.NUMBERS) {
    @Override
    Body body(int instances) {
      return Body.json(modelName() + "-" + instances, Bodies.envelope(instances));
    }
  },

  /** A large model with small requests: 64 ids of tokens, as a tokenizer gives them. */
  TRANSFORMER(TensorType.INT64, DataType.INT64, 384, 64) {
    @Override
    Body body(int instances) {
      StringJoiner rows = new StringJoiner(", ", "{\"instances\": [", "]}");
      rows(instances).forEach(row -> rows.add(ids(row)));
      return Body.json(modelName() + "-" + instances, rows.toString().getBytes(US_ASCII));
    }

    private String ids(Tensor row) {
      StringJoiner ids = new StringJoiner(", ", "[", "]");
      IntStream.range(0, row.elements()).forEach(i -> ids.add(Long.toString(row.integer(i))));
      return ids.toString();
    }

    @Override
    Tensor row(Random random) {
      return Tensor.of(random.longs(64, 0, 8000).toArray(), 64);
    }
  },

  /** Images as {@code .npy} files, 602 KB each: a model for a GPU. */
  RESNET50(TensorType.FLOAT32, DataType.FLOAT32, 1000, Workload.PIXELS) {
    @Override
    Shape shape() {
      return IMAGE;
    }

    @Override
    Body body(int instances) {
      return images(instances);
    }
  },

  /** The same images for a model in half precision. */
  RESNET50_FP16(TensorType.FLOAT32, DataType.FLOAT16, 1000, Workload.PIXELS) {
    @Override
    Shape shape() {
      return IMAGE;
    }

    @Override
    Body body(int instances) {
      return images(instances);
    }
  };

  private static final Shape IMAGE = Shape.of(3, 224, 224);
  private static final int PIXELS = 3 * 224 * 224;

  /** Those that are asked in JSON, at home on a CPU. */
  static final List<Workload> JSON = List.of(MLP, TRANSFORMER);

  private final TensorType type;
  private final DataType modelType;
  private final int answers;
  private final int size;

  Workload(TensorType type, DataType modelType, int answers, int size) {
    this.type = type;
    this.modelType = modelType;
    this.answers = answers;
    this.size = size;
  }

  /** The request of so many instances; the same bytes each time. */
  abstract Body body(int instances);

  Tensor row(Random random) {
    float[] values = new float[size];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Tensor.of(values, shape().toArray());
  }

  Body images(int instances) {
    ByteBuffer bytes = ByteBuffer.allocate(instances * rows(1).get(0).length());
    rows(instances).forEach(row -> row.copyTo(bytes));
    byte[] file = Bodies.npy(instances + ", 3, 224, 224", bytes.array());
    return new Body(modelName() + "-" + instances, Bodies.NPY, file);
  }

  /** The instances of a request. */
  List<Tensor> rows(int instances) {
    Random random = new Random(7);
    return IntStream.range(0, instances).mapToObj(row -> row(random)).toList();
  }

  /** The folder and the file of the model. */
  String modelName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one tensor of an instance. */
  TensorSpec input() {
    return new TensorSpec("", type, shape());
  }

  /** The shape of an instance. */
  Shape shape() {
    return Shape.of(size);
  }

  /** What the model's own inputs are. */
  DataType modelType() {
    return modelType;
  }

  /** How many numbers the model answers for an instance. */
  int answers() {
    return answers;
  }
}
