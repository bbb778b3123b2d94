package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** A model of {@code make_models.py}, with what its clients send. */
enum Workload {
  /** A small model: HTTP and JSON cost about as much as the forward. */
  MLP(TensorType.FLOAT32, Bodies.NUMBERS, 10) {
    @Override
    Body body(int instances) {
      return Body.json(modelName() + "-" + instances, Bodies.envelope(instances));
    }

    @Override
    Tensor row(Random random) {
      float[] values = new float[Bodies.NUMBERS];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      return Tensor.of(values, values.length);
    }
  },

  /** A large model with small requests: 64 ids of tokens, as a tokenizer gives them. */
  TRANSFORMER(TensorType.INT64, 64, 384) {
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
  };

  private final TensorType type;
  private final int size;
  private final int answers;

  Workload(TensorType type, int size, int answers) {
    this.type = type;
    this.size = size;
    this.answers = answers;
  }

  /** The request of so many instances; the same bytes each time. */
  abstract Body body(int instances);

  abstract Tensor row(Random random);

  /** The instances of a request. */
  List<Tensor> rows(int instances) {
    Random random = new Random(7);
    return IntStream.range(0, instances).mapToObj(row -> row(random)).toList();
  }

  /** The folder and the file of the model. */
  String modelName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one tensor of an instance. */
  TensorSpec input() {
    return TensorSpec.of(type, size);
  }

  /** How many numbers the model answers for an instance. */
  int answers() {
    return answers;
  }
}
