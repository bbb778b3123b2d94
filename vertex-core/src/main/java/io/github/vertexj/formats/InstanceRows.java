package io.github.vertexj.formats;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
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
  private final Function<Tensor, I> ofOne;
  private final @Nullable Function<Tensors, I> ofSeveral;
  private final int maxInstances;

  private InstanceRows(
      List<TensorSpec> specs,
      Function<Tensor, I> ofOne,
      @Nullable Function<Tensors, I> ofSeveral,
      int maxInstances) {
    this.specs = specs;
    this.ofOne = ofOne;
    this.ofSeveral = ofSeveral;
    this.maxInstances = maxInstances;
  }

  /** Returns what makes a reader's instances; null if they are not made of tensors. */
  @SuppressWarnings("unchecked") // a reader of tensors is one of I
  static <I> @Nullable InstanceRows<I> of(InstanceReader<I> reader, int maxInstances) {
    if (reader instanceof InstanceReader.SingleTensor single) {
      return new InstanceRows<>(List.of(single.spec()), tensor -> (I) tensor, null, maxInstances);
    }
    if (reader instanceof InstanceReader.TensorGroup group) {
      return new InstanceRows<>(
          group.specs(), tensor -> (I) Tensors.of(tensor), tensors -> (I) tensors, maxInstances);
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
    List<TensorMemory.Place> places = new ArrayList<>(order.length);
    for (int i = 0; i < order.length; i++) {
      TensorSpec spec = specs.isEmpty() ? null : specs.get(i);
      places.add(firstRow(tensors.get(order[i]).place(), spec, order[i], fault));
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

  /** Names in the model's order; none if the tensor is a single one. */
  private List<String> names(List<BatchTensor> tensors, int[] order) {
    List<String> names = IntStream.of(order).mapToObj(i -> tensors.get(i).name()).toList();
    boolean single =
        order.length == 1 && (specs.isEmpty() || !specs.get(0).name().equals(names.get(0)));
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
    if (specs.size() > 1) {
      requireWanted(tensors, fault);
      requireDistinct(tensors, fault);
      return specs.stream().mapToInt(spec -> place(spec.name(), tensors, fault)).toArray();
    }
    if (tensors.size() > 1) {
      throw fault.at(1, "", "the model takes one tensor");
    }
    return new int[] {0};
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

  private static int place(String name, List<BatchTensor> tensors, BatchTensor.Fault fault) {
    return IntStream.range(0, tensors.size())
        .filter(i -> tensors.get(i).name().equals(name))
        .findFirst()
        .orElseThrow(() -> fault.at(-1, "", "the tensor " + name + " is missing"));
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

  /** The place of the first row, held against its specification. */
  private TensorMemory.Place firstRow(
      TensorMemory.Place all, @Nullable TensorSpec spec, int index, BatchTensor.Fault fault) {
    Shape row = all.shape().dropFirst();
    if (spec == null) {
      return new TensorMemory.Place(all.type(), row, all.offset());
    }
    requireType(all.type(), spec.type(), index, fault);
    Shape fitting = TensorValue.fitting(row, spec.shape());
    if (fitting == null) {
      throw fault.at(
          index,
          "shape",
          "the shape %s is wanted, with the batch in front, and %s was found"
              .formatted(spec.shape() == null ? "" : spec.shape().prepend(Shape.ANY), all.shape()));
    }
    return new TensorMemory.Place(all.type(), fitting, all.offset());
  }

  private static void requireType(
      TensorType given, TensorType wanted, int index, BatchTensor.Fault fault) {
    if (given != wanted) {
      throw fault.at(
          index,
          "datatype",
          "the type %s is wanted and %s was given"
              .formatted(fault.typeName(wanted), fault.typeName(given)));
    }
  }
}
