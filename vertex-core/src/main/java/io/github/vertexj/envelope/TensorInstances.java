package io.github.vertexj.envelope;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.tensor.TensorForm;
import io.github.vertexj.tensor.TensorMemory;
import io.github.vertexj.tensor.TensorPath;
import io.github.vertexj.tensor.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code instances} that are tensors.
 *
 * <p>Where no tensors are specified, named ones come out in the order of their names: the platform
 * does not keep the order of an object's fields (C3.9). Not thread-safe.
 */
final class TensorInstances {
  /** How many are told to the allowance at a time. */
  private static final int INSTANCES_AT_ONCE = 16;

  private final JsonScanner in;
  private final TensorMemory memory;
  private final TensorPath path;
  private final TensorValue value;
  private final ArrayField array;
  private final @Nullable InstanceFaults faults;
  private List<String> lastNames = List.of();

  /**
   * Begins to read.
   *
   * @param faults takes what cannot be read; null if that fails the request
   */
  TensorInstances(
      JsonScanner in, TensorMemory memory, ArrayField array, @Nullable InstanceFaults faults) {
    this.in = in;
    this.memory = memory;
    this.array = array;
    this.path = new TensorPath(array.name());
    this.faults = faults;
    this.value = new TensorValue(in, memory, path);
  }

  /** The tensors of an instance; no names if it is a single one. */
  private record Group(List<String> names, List<TensorMemory.Place> places) {}

  /** Reads instances of one tensor each. */
  List<Tensor> readTensors(TensorSpec spec) {
    return readAll(() -> value.read(spec, false)).stream().map(memory::view).toList();
  }

  /** Reads instances of one or several tensors. */
  List<Tensors> readGroups(InstanceReader.TensorGroup group) {
    List<String> names = group.specs().stream().map(TensorSpec::name).toList();
    TensorSpec alone = group.alone();
    return readAll(() -> readGroup(group, names, alone)).stream().map(this::view).toList();
  }

  private <T> List<T> readAll(Supplier<T> instance) {
    List<T> all = new ArrayList<>();
    int index = 0;
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      begin(index);
      in.peek();
      int from = in.position();
      int depth = in.depth();
      int used = memory.used();
      try {
        all.add(instance.get());
      } catch (InvalidValueException fault) {
        if (faults == null) {
          throw fault;
        }
        in.rewind(from, depth);
        in.skipValue(); // what is no JSON, or beyond a limit, is the fault of the whole request
        memory.use(used);
        faults.unreadable(index, fault);
      }
      index++;
    }
    if (faults != null) {
      faults.complete(index);
    }
    return all;
  }

  private void begin(int index) {
    path.instance(index);
    if (index == array.most()) {
      throw array.tooMany(path.toString(), in.byteOffset());
    }
    if (index % INSTANCES_AT_ONCE == 0) {
      memory.takeInstances(INSTANCES_AT_ONCE);
    }
  }

  private Group readGroup(
      InstanceReader.TensorGroup group, List<String> names, @Nullable TensorSpec alone) {
    if (in.peek() != '{') {
      if (alone == null) {
        throw invalid("an object of the tensors " + String.join(", ", names) + " is wanted");
      }
      return new Group(List.of(), List.of(value.read(alone, false)));
    }
    // A tensor of such a name would be mistaken for a field.
    if (alone != null && !TensorForm.isField(alone.name()) && TensorForm.mayBegin(in)) {
      TensorForm form = TensorForm.scan(in);
      if (form.complete()) {
        return new Group(List.of(), List.of(value.readForm(form, alone, group.anyType())));
      }
    }
    return group.specs().isEmpty() ? readAnyNamed(group) : readNamed(group, names);
  }

  private Group readNamed(InstanceReader.TensorGroup group, List<String> names) {
    List<TensorSpec> specs = group.specs();
    TensorMemory.@Nullable Place[] places = new TensorMemory.Place[specs.size()];
    int found = 0;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      int index = 0;
      while (index < specs.size() && !in.string().is(specs.get(index).name())) {
        index++;
      }
      path.tensor(index < specs.size() ? specs.get(index).name() : in.string().text());
      if (index == specs.size()) {
        throw invalid(notWanted(names));
      }
      if (places[index] != null) {
        throw invalid("this tensor occurs twice");
      }
      places[index] = value.read(specs.get(index), group.anyType());
      found++;
    }
    path.tensor(null);
    return found == places.length
        ? new Group(names, List.of(places))
        : withoutMissing(group, names, places);
  }

  private static String notWanted(List<String> names) {
    return names.equals(List.of(""))
        ? "the model takes one tensor without a name: numbers in arrays, or an object of shape,"
            + " data and datatype"
        : "this name is not among the tensors wanted: " + String.join(", ", names);
  }

  private Group withoutMissing(
      InstanceReader.TensorGroup group, List<String> names, TensorMemory.@Nullable Place[] places) {
    List<String> given = new ArrayList<>();
    List<TensorMemory.Place> filled = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      TensorMemory.Place place = places[i];
      if (place != null) {
        given.add(names.get(i));
        filled.add(place);
      } else if (!group.optional().contains(names.get(i))) {
        throw invalid("the tensor " + names.get(i) + " is missing");
      }
    }
    if (filled.isEmpty()) {
      throw invalid("at least one tensor is wanted");
    }
    return new Group(given, filled);
  }

  private Group readAnyNamed(InstanceReader.TensorGroup group) {
    TensorSpec any = TensorSpec.of(group.numbers());
    Map<String, TensorMemory.Place> places = new TreeMap<>();
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      String name = in.string().text();
      path.tensor(name);
      if (places.containsKey(name)) {
        throw invalid("this tensor occurs twice");
      }
      places.put(name, value.read(any, group.anyType()));
    }
    path.tensor(null);
    if (places.isEmpty()) {
      throw invalid("at least one tensor is wanted");
    }
    List<String> names = List.copyOf(places.keySet());
    lastNames = lastNames.equals(names) ? lastNames : names;
    return new Group(lastNames, List.copyOf(places.values()));
  }

  private Tensors view(Group group) {
    List<Tensor> tensors = group.places().stream().map(memory::view).toList();
    return group.names().isEmpty()
        ? Tensors.of(tensors.get(0))
        : Tensors.named(group.names(), tensors);
  }

  private InvalidValueException invalid(String fault) {
    return new InvalidValueException(fault, path.toString(), in.byteOffset());
  }
}
