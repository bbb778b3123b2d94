package io.github.vertexj.formats;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.tensor.TensorMemory;
import io.github.vertexj.tensor.TensorValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes tensors with a batch dimension apart into a model's instances, which view their rows.
 *
 * <p>A model of one tensor takes it under any name; of several, each by its name; a model that
 * specifies none takes any, several of them in the order of their names, as in an envelope.
 * Immutable and thread-safe.
 */
final class InstanceRows<I> {
  private final List<TensorSpec> specs;
  private final Set<String> optional;
  private final boolean anyType;
  private final Function<Tensor, I> ofOne;
  private final @Nullable Function<Tensors, I> ofSeveral;
  private final int maxInstances;

  private InstanceRows(
      InstanceReader.TensorGroup group,
      Function<Tensor, I> ofOne,
      @Nullable Function<Tensors, I> ofSeveral,
      int maxInstances) {
    this.specs = group.specs();
    this.optional = group.optional();
    this.anyType = group.anyType();
    this.ofOne = ofOne;
    this.ofSeveral = ofSeveral;
    this.maxInstances = maxInstances;
  }

  /** Returns what makes a reader's instances; null if they are not made of tensors. */
  @SuppressWarnings("unchecked") // a reader of tensors is one of I
  static <I> @Nullable InstanceRows<I> of(InstanceReader<I> reader, int maxInstances) {
    if (reader instanceof InstanceReader.SingleTensor single) {
      TensorSpec spec = single.spec();
      return new InstanceRows<>(
          new InstanceReader.TensorGroup(List.of(spec), Set.of(), spec.type(), false),
          tensor -> (I) tensor,
          null,
          maxInstances);
    }
    if (reader instanceof InstanceReader.TensorGroup group) {
      return new InstanceRows<>(
          group, tensor -> (I) Tensors.of(tensor), tensors -> (I) tensors, maxInstances);
    }
    return null;
  }

  /**
   * Makes instances.
   *
   * @param tensors at least one
   * @param bodyBytes what the body has, which bounds the instances that may have no elements
   */
  List<@Nullable I> read(
      List<BatchTensor> tensors, TensorMemory memory, int bodyBytes, BatchTensor.Fault fault) {
    int[] order = order(tensors, fault);
    int instances = instances(tensors, bodyBytes, fault);
    memory.takeInstances(instances);
    List<TensorMemory.Place> places = new ArrayList<>(order.length);
    for (int i : order) {
      TensorSpec spec = spec(tensors.get(i).name());
      TensorMemory.Place all = tensors.get(i).place();
      TensorMemory.Place wanted =
          spec == null || anyType ? all : converted(all, spec.type(), memory, at(fault, i));
      places.add(firstRow(wanted, spec, at(fault, i)));
    }
    List<String> names = names(tensors, order);
    List<@Nullable I> rows = new ArrayList<>(instances);
    for (int row = 0; row < instances; row++) {
      rows.add(instance(names, places, row, memory));
    }
    return Collections.unmodifiableList(rows);
  }

  private I instance(
      List<String> names, List<TensorMemory.Place> places, int row, TensorMemory memory) {
    if (ofSeveral == null || names.isEmpty()) {
      return ofOne.apply(memory.row(places.get(0), row));
    }
    List<Tensor> tensors = new ArrayList<>(places.size());
    for (TensorMemory.Place place : places) {
      tensors.add(memory.row(place, row));
    }
    return ofSeveral.apply(Tensors.named(names, tensors));
  }

  /** The specification of a tensor by this name: a model of one takes it by any. */
  private @Nullable TensorSpec spec(String name) {
    return specs.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElse(specs.isEmpty() ? null : specs.get(0));
  }

  /** Names in the model's order; none if the tensor is a single one. */
  private List<String> names(List<BatchTensor> tensors, int[] order) {
    List<String> names = IntStream.of(order).mapToObj(i -> tensors.get(i).name()).toList();
    boolean otherName = specs.isEmpty() || !specs.get(0).name().equals(names.get(0));
    boolean single = order.length == 1 && specs.size() <= 1 && otherName;
    return single || names.get(0).isEmpty() ? List.of() : names;
  }

  /** Which of the request's tensors are the model's, in the model's order. */
  private int[] order(List<BatchTensor> tensors, BatchTensor.Fault fault) {
    if (specs.isEmpty()) {
      requireDistinct(tensors, fault);
      return IntStream.range(0, tensors.size())
          .boxed()
          .sorted(Comparator.comparing(i -> tensors.get(i).name()))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    if (tensors.size() == 1 && (specs.size() == 1 || comesAlone(tensors.get(0).name()))) {
      return new int[] {0};
    }
    if (specs.size() > 1) {
      requireWanted(tensors, fault);
      requireDistinct(tensors, fault);
      return specs.stream()
          .mapToInt(spec -> place(spec.name(), tensors, fault))
          .filter(place -> place >= 0)
          .toArray();
    }
    throw fault.at(1, "", "the model takes one tensor");
  }

  /** Whether a tensor without a name is the only one that has to be given. */
  private boolean comesAlone(String name) {
    return name.isEmpty()
        && specs.stream().skip(1).allMatch(spec -> optional.contains(spec.name()));
  }

  private static void requireDistinct(List<BatchTensor> tensors, BatchTensor.Fault fault) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (!names.add(tensors.get(i).name())) {
        throw fault.at(i, "name", "this tensor occurs twice");
      }
    }
  }

  private void requireWanted(List<BatchTensor> tensors, BatchTensor.Fault fault) {
    List<String> wanted = specs.stream().map(TensorSpec::name).toList();
    for (int i = 0; i < tensors.size(); i++) {
      if (!wanted.contains(tensors.get(i).name())) {
        throw fault.at(
            i, "name", "this name is not among the tensors wanted: " + String.join(", ", wanted));
      }
    }
  }

  /** The place of a tensor; -1 if it is not there and need not be. */
  private int place(String name, List<BatchTensor> tensors, BatchTensor.Fault fault) {
    int place =
        IntStream.range(0, tensors.size())
            .filter(i -> tensors.get(i).name().equals(name))
            .findFirst()
            .orElse(-1);
    if (place < 0 && !optional.contains(name)) {
      throw fault.at(-1, "", "the tensor " + name + " is missing");
    }
    return place;
  }

  private int instances(List<BatchTensor> tensors, int bodyBytes, BatchTensor.Fault fault) {
    int instances = -1;
    for (int i = 0; i < tensors.size(); i++) {
      Shape shape = tensors.get(i).place().shape();
      if (shape.rank() == 0) {
        throw fault.at(i, "shape", "the first dimension is the batch, and this shape has none");
      }
      int rows = shape.dimension(0);
      if (i > 0 && rows != instances) {
        throw fault.at(
            i,
            "shape",
            "the first dimension is the batch, %d here and %d in the first tensor"
                .formatted(rows, instances));
      }
      instances = rows;
    }
    int most = Math.min(maxInstances, bodyBytes);
    if (instances > most) {
      throw fault.at(
          0,
          "shape",
          most == maxInstances
              ? "there are more instances than maxInstances " + maxInstances
              : "there are more instances than bytes of the body");
    }
    return instances;
  }

  /** An error of one tensor: what is wrong with it, and how. */
  private interface Faulty {
    BadBodyException at(String property, String fault);

    String typeName(TensorType type);
  }

  private static Faulty at(BatchTensor.Fault fault, int index) {
    return new Faulty() {
      @Override
      public BadBodyException at(String property, String text) {
        return fault.at(index, property, text);
      }

      @Override
      public String typeName(TensorType type) {
        return fault.typeName(type);
      }
    };
  }

  /** The place of the first row, held against its specification. */
  private static TensorMemory.Place firstRow(
      TensorMemory.Place all, @Nullable TensorSpec spec, Faulty fault) {
    Shape row = all.shape().dropFirst();
    if (spec == null) {
      return new TensorMemory.Place(all.type(), row, all.offset());
    }
    Shape fitting = TensorValue.fitting(row, spec.shape());
    if (fitting == null) {
      throw fault.at(
          "shape",
          "the shape %s is wanted, with the batch in front, and %s was found"
              .formatted(spec.shape() == null ? "" : spec.shape().prepend(Shape.ANY), all.shape()));
    }
    return new TensorMemory.Place(all.type(), fitting, all.offset());
  }

  private static TensorMemory.Place converted(
      TensorMemory.Place given, TensorType wanted, TensorMemory memory, Faulty fault) {
    if (!given.type().fits(wanted)) {
      throw fault.at(
          "datatype",
          "the type %s is wanted and %s was given"
              .formatted(fault.typeName(wanted), fault.typeName(given.type())));
    }
    try {
      return memory.converted(given, wanted);
    } catch (IllegalArgumentException unfit) {
      throw fault.at("", String.valueOf(unfit.getMessage()));
    }
  }
}
