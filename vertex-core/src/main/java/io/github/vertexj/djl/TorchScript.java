package io.github.vertexj.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.proof.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one place that touches what DJL keeps inside its PyTorch engine.
 *
 * <p>DJL's own predictor leaks the inputs' native values when a forward fails; here every one is
 * closed on every path. Tensors belong to the manager they come with.
 */
final class TorchScript {
  static final String ENGINE = "PyTorch";
  private static final ThreadLocal<Integer> THREADS = ThreadLocal.withInitial(() -> 0);

  private TorchScript() {}

  /** An argument of a call: a tensor, several in a list, a tuple or a dictionary, or a value. */
  record Argument(Kind kind, Map<String, NDArray> tensors, @Nullable ScriptValue value) {
    /** What the script gets. */
    enum Kind {
      TENSOR,
      LIST,
      TUPLE,
      DICTIONARY,
      VALUE
    }

    static Argument of(NDArray tensor) {
      return new Argument(Kind.TENSOR, Map.of("", tensor), null);
    }

    static Argument of(ScriptValue value) {
      return new Argument(Kind.VALUE, Map.of(), value);
    }

    /** The same with other tensors. */
    Argument with(Map<String, NDArray> others) {
      return new Argument(kind, others, value);
    }
  }

  /** What a script answered, in its own structure. */
  sealed interface Answer {
    /** A tensor. */
    record One(NDArray tensor) implements Answer {}

    /** A number of Python, or several in a list. */
    record Numbers(Tensor numbers) implements Answer {}

    /** Several answers, with names if it is a dictionary. */
    record Several(Output.Form form, List<String> names, List<Answer> parts) implements Answer {}

    /** None. */
    record Nothing() implements Answer {}
  }

  /** Loads libtorch if it is not loaded yet. */
  static Engine engine() {
    return Engine.getEngine(ENGINE);
  }

  /**
   * Lets operators called on this thread use so many threads.
   *
   * <p>MKL and OpenMP keep the number per calling thread, so each thread has to say it once.
   */
  static void useThreads(int threads) {
    if (THREADS.get() != threads) {
      JniUtils.getNumThreads(); // a thread's first question sets the number another thread chose
      JniUtils.setNumThreads(threads);
      THREADS.set(threads);
    }
  }

  /** The number of threads for operators called on this thread. */
  static int threads() {
    return JniUtils.getNumThreads();
  }

  /** Loads a script that is a resource of ours; it is closed together with the manager. */
  static Block load(Class<?> neighbour, String resource, NDManager manager) {
    try (InputStream bytes = neighbour.getResourceAsStream(resource)) {
      return JniUtils.loadModule(
          (PtNDManager) manager, Objects.requireNonNull(bytes, resource), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts a script into evaluation mode, as every server of PyTorch models does, in case it was
   * saved in training mode.
   */
  static void evaluate(Block block) {
    JniUtils.enableInferenceMode((PtSymbolBlock) block);
  }

  /** The types of a script's floating-point weights; bfloat16 is {@link DataType#UNKNOWN}. */
  static Set<DataType> weightTypes(Block block) {
    return block.getParameters().values().stream()
        .map(weight -> weight.getArray().getDataType())
        .filter(type -> type.isFloating() || type == DataType.UNKNOWN)
        .collect(Collectors.toSet());
  }

  /**
   * Runs a method of a script, {@code forward} as a rule.
   *
   * @param none gives what stands for None, which DJL cannot make
   */
  static Answer run(
      Block block,
      String method,
      List<Argument> arguments,
      NDManager manager,
      Supplier<IValue> none) {
    List<IValue> open = new ArrayList<>();
    try {
      IValue[] values = new IValue[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments.get(i), open, none);
      }
      IValue answer = IValueUtils.runMethod((PtSymbolBlock) block, method, values);
      open.add(answer);
      return answer("", answer, (PtNDManager) manager);
    } finally {
      open.forEach(IValue::close);
    }
  }

  /** The shapes of a script's weights, in order. */
  static List<Shape> weightShapes(Block block) {
    List<Shape> shapes = new ArrayList<>();
    block
        .getParameters()
        .values()
        .forEach(
            weight -> {
              long[] sizes = weight.getArray().getShape().getShape();
              shapes.add(Shape.of(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray()));
            });
    return shapes;
  }

  /** Runs a method of a script of ours that takes nothing, and returns what it gives. */
  static IValue run(Block block, String method) {
    return IValueUtils.runMethod((PtSymbolBlock) block, method);
  }

  private static IValue value(Argument argument, List<IValue> open, Supplier<IValue> none) {
    if (argument.kind() == Argument.Kind.VALUE) {
      return literal(Objects.requireNonNull(argument.value()), open, none);
    }
    Collection<NDArray> tensors = argument.tensors().values();
    IValue value =
        switch (argument.kind()) {
          case TENSOR -> IValue.from((PtNDArray) tensors.iterator().next());
          case LIST -> IValue.listFrom(tensors.toArray(PtNDArray[]::new));
          case DICTIONARY -> IValue.stringMapFrom(dictionary(argument.tensors()));
          case TUPLE -> IValue.tupleFrom(elements(tensors, open));
          case VALUE -> throw new AssertionError("made above");
        };
    open.add(value);
    return value;
  }

  private static IValue literal(ScriptValue literal, List<IValue> open, Supplier<IValue> none) {
    Object value = literal.value();
    IValue made =
        switch (literal.kind()) {
          case NONE -> none.get();
          case TRUTH -> IValue.from((boolean) Objects.requireNonNull(value));
          case WHOLE -> IValue.from((long) Objects.requireNonNull(value));
          case FLOATING -> IValue.from((double) Objects.requireNonNull(value));
          case TEXT -> IValue.from((String) Objects.requireNonNull(value));
          case LIST -> IValue.listFrom(literals(literal, open, none));
          case TUPLE -> IValue.tupleFrom(literals(literal, open, none));
          case UNKNOWN -> throw new IllegalArgumentException("a default that is no literal");
        };
    open.add(made);
    return made;
  }

  private static IValue[] literals(ScriptValue literal, List<IValue> open, Supplier<IValue> none) {
    return literal.elements().stream()
        .map(element -> literal(element, open, none))
        .toArray(IValue[]::new);
  }

  private static Map<String, PtNDArray> dictionary(Map<String, NDArray> tensors) {
    Map<String, PtNDArray> dictionary = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> dictionary.put(name, (PtNDArray) tensor));
    return dictionary;
  }

  private static IValue[] elements(Collection<NDArray> tensors, List<IValue> open) {
    List<IValue> elements = new ArrayList<>();
    for (NDArray tensor : tensors) {
      IValue element = IValue.from((PtNDArray) tensor);
      open.add(element);
      elements.add(element);
    }
    return elements.toArray(IValue[]::new);
  }

  private static Answer answer(String name, IValue value, PtNDManager manager) {
    if (value.isTensor()) {
      return new Answer.One(value.toTensor(manager));
    }
    if (value.isTuple()) {
      return several(name, Output.Form.TUPLE, inOrder(value.toIValueTuple()), manager);
    }
    Tensor numbers = numbers(value);
    if (numbers != null) {
      return new Answer.Numbers(numbers);
    }
    if (value.isList()) {
      return several(name, Output.Form.LIST, inOrder(value.toIValueArray()), manager);
    }
    if (value.isMap() && value.getType().startsWith("Dict(str,")) {
      // by name, because the engine's own order is that of a hash
      return several(name, Output.Form.NAMED, new TreeMap<>(value.toIValueMap()), manager);
    }
    if (value.getType().equals("NoneType")) {
      return new Answer.Nothing();
    }
    throw new IllegalStateException(
        "the model's output%s is of type %s: only tensors and numbers can be served, alone or in"
                .formatted(name.isEmpty() ? "" : " '" + name + "'", value.getType())
            + " tuples, lists and dictionaries; change what forward returns");
  }

  /** A number of Python, or a list of some; null for all else. */
  private static @Nullable Tensor numbers(IValue value) {
    if (value.isDouble()) {
      return Tensor.of(new double[] {value.toDouble()}, 1).row(0);
    }
    if (value.isLong()) {
      return Tensor.of(new long[] {value.toLong()}, 1).row(0);
    }
    if (value.isBoolean()) {
      return Tensor.of(new boolean[] {value.toBoolean()}, 1).row(0);
    }
    if (value.isDoubleList()) {
      return Tensor.of(value.toDoubleArray());
    }
    if (value.isLongList()) {
      return Tensor.of(value.toLongArray());
    }
    return value.isBooleanList() ? Tensor.of(value.toBooleanArray()) : null;
  }

  private static Map<String, IValue> inOrder(IValue[] elements) {
    Map<String, IValue> named = new LinkedHashMap<>();
    for (int i = 0; i < elements.length; i++) {
      named.put(Integer.toString(i), elements[i]);
    }
    return named;
  }

  private static Answer several(
      String name, Output.Form form, Map<String, IValue> elements, PtNDManager manager) {
    try {
      List<Answer> parts = new ArrayList<>();
      elements.forEach(
          (key, element) ->
              parts.add(answer(name.isEmpty() ? key : name + "." + key, element, manager)));
      return new Answer.Several(
          form, form == Output.Form.NAMED ? List.copyOf(elements.keySet()) : List.of(), parts);
    } finally {
      elements.values().forEach(IValue::close);
    }
  }
}
