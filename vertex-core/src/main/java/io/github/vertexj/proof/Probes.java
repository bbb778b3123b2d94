package io.github.vertexj.proof;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes instances up to try a model on: as harmless to it as can be, and different from one
 * another.
 *
 * <p>Floating-point numbers are from 0 to 1, as those of images. Whole numbers may be places in a
 * table, and one beyond it makes a GPU fail for good: they are 0 and 1, or random below a limit
 * that is known. A mask has ones first. The same each time.
 */
public final class Probes {
  private static final int COUNT = 5;

  /** The places that a table surely has, where no limit is known. */
  private static final long ANY = 2;

  /** Taken for a dimension that may have any size, one after the other. */
  private static final int[] OPEN_SIZES = {16, 32, 64, 224, 128, 1};

  /** What an open shape is filled with at most. */
  private static final double MOST_ELEMENTS = 1 << 20;

  private Probes() {}

  /**
   * Returns sets of instances of these tensors, one for each size that open dimensions are tried
   * with; none if a shape is not known.
   *
   * @param below for inputs that are places in a table, by name, how many places it has
   */
  public static List<List<Tensors>> of(List<TensorSpec> specs, Map<String, Long> below) {
    if (specs.isEmpty() || specs.stream().anyMatch(spec -> spec.shape() == null)) {
      return List.of();
    }
    boolean fixed = specs.stream().allMatch(spec -> spec.shape() != null && spec.shape().fixed());
    List<List<Tensors>> sets = new ArrayList<>();
    for (int size : fixed ? new int[] {1} : OPEN_SIZES) {
      if (specs.stream().anyMatch(spec -> elements(spec, size) > MOST_ELEMENTS) && !fixed) {
        continue;
      }
      sets.add(set(specs, below, new Chance(size, true, new Random(size))));
      if (specs.stream().anyMatch(spec -> !spec.type().floating())) {
        sets.add(set(specs, below, new Chance(size, false, new Random(size))));
      }
    }
    return sets;
  }

  private static double elements(TensorSpec spec, int size) {
    double elements = 1;
    for (int dimension : spec.shape() == null ? new int[0] : spec.shape().toArray()) {
      elements *= dimension == Shape.ANY ? size : dimension;
    }
    return elements;
  }

  private static List<Tensors> set(List<TensorSpec> specs, Map<String, Long> below, Chance chance) {
    List<Tensors> set = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      List<Tensor> tensors = new ArrayList<>();
      for (TensorSpec spec : specs) {
        tensors.add(tensor(spec, below.getOrDefault(spec.name(), ANY), chance));
      }
      set.add(instance(specs, tensors));
    }
    return set;
  }

  /**
   * What is left open about a set.
   *
   * @param ones whether each tensor of whole numbers begins with a 1: some models cannot take a
   *     length of 0
   */
  private record Chance(int size, boolean ones, Random random) {
    long whole(int index, long below) {
      return ones && index == 0 && below > 1 ? 1 : (long) (random.nextDouble() * below);
    }
  }

  private static Tensors instance(List<TensorSpec> specs, List<Tensor> tensors) {
    return specs.size() == 1 && specs.get(0).name().isEmpty()
        ? Tensors.of(tensors.get(0))
        : Tensors.named(specs.stream().map(TensorSpec::name).toList(), tensors);
  }

  private static Tensor tensor(TensorSpec spec, long below, Chance chance) {
    int[] dimensions = spec.shape() == null ? new int[0] : spec.shape().toArray();
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = dimensions[axis] == Shape.ANY ? chance.size() : dimensions[axis];
    }
    Shape shape = Shape.of(dimensions);
    int elements = shape.elements();
    Tensor tensor = Tensor.view(spec.type(), shape, new byte[elements * spec.type().bytes()], 0);
    ByteBuffer bytes = tensor.bytes();
    boolean mask = spec.name().contains("mask");
    int ones = Math.max(1, elements - chance.random().nextInt(1 + elements / 2));
    long places = spec.type() == TensorType.UINT8 && below == ANY ? 256 : below;
    for (int i = 0; i < elements; i++) {
      long whole = mask ? (i < ones ? 1 : 0) : chance.whole(i, places);
      put(bytes, spec.type(), whole, chance.random());
    }
    return tensor;
  }

  private static void put(ByteBuffer bytes, TensorType type, long whole, Random random) {
    switch (type) {
      case FLOAT32 -> bytes.putFloat(random.nextFloat());
      case FLOAT64 -> bytes.putDouble(random.nextDouble());
      case INT32 -> bytes.putInt((int) whole);
      case INT64 -> bytes.putLong(whole);
      case UINT8 -> bytes.put((byte) whole);
      case BOOL -> bytes.put((byte) (whole == 0 ? 0 : 1));
    }
  }

  /** Returns a set for each kind of sample: those samples, and others like them. */
  public static List<List<Tensors>> ofSamples(List<Tensors> samples) {
    List<List<Tensors>> sets = new ArrayList<>();
    Set<BatchProof.Kind> kinds = new HashSet<>();
    for (int i = 0; i < samples.size(); i++) {
      if (kinds.add(BatchProof.Kind.of(samples.get(i)))) {
        sets.add(like(samples.subList(i, samples.size())));
      }
    }
    return sets;
  }

  /**
   * Returns real instances that can be stacked with the first, and others like it: the same numbers
   * in other places, and floating-point numbers a little smaller.
   */
  static List<Tensors> like(List<Tensors> instances) {
    Tensors first = instances.get(0);
    List<Tensors> probes = new ArrayList<>();
    for (Tensors instance : instances) {
      if (probes.size() < COUNT - 1 && instance.stackableWith(first)) {
        probes.add(instance);
      }
    }
    for (int turn = 1; probes.size() < 2 * COUNT; turn++) {
      probes.add(turned(first, turn)); // more than are tried: the model may fail on some
    }
    return probes;
  }

  private static Tensors turned(Tensors instance, int turn) {
    List<Tensor> tensors = instance.list().stream().map(tensor -> turned(tensor, turn)).toList();
    return switch (instance.form()) {
      case SINGLE -> Tensors.of(tensors.get(0));
      case ORDERED -> Tensors.ordered(tensors);
      case NAMED -> Tensors.named(instance.names(), tensors);
    };
  }

  private static Tensor turned(Tensor tensor, int turn) {
    ByteBuffer bytes = ByteBuffer.allocate(tensor.length()).order(ByteOrder.LITTLE_ENDIAN);
    double factor = Math.pow(0.9, turn);
    for (int i = 0; i < tensor.elements(); i++) {
      int from = (i + turn) % tensor.elements();
      switch (tensor.type()) {
        case FLOAT32 -> bytes.putFloat((float) (tensor.number(from) * factor));
        case FLOAT64 -> bytes.putDouble(tensor.number(from) * factor);
        case INT32 -> bytes.putInt((int) tensor.integer(from));
        case INT64 -> bytes.putLong(tensor.integer(from));
        case UINT8, BOOL -> bytes.put((byte) tensor.integer(from));
      }
    }
    return Tensor.view(tensor.type(), tensor.shape(), bytes.array(), 0);
  }
}
