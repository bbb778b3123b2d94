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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

  /** An argument of a call: a tensor, or several in a list, a tuple or a dictionary. */
  record Argument(Kind kind, Map<String, NDArray> tensors) {
    /** What the script gets. */
    enum Kind {
      TENSOR,
      LIST,
      TUPLE,
      DICTIONARY
    }

    static Argument of(NDArray tensor) {
      return new Argument(Kind.TENSOR, Map.of("", tensor));
    }
  }

  /** The tensors of an answer in order, nesting flattened, with names if it is a dictionary. */
  record Answer(Form form, List<String> names, List<NDArray> tensors) {
    /** What the script gave. */
    enum Form {
      TENSOR,
      SEQUENCE,
      DICTIONARY
    }
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

  /** The types of a script's floating-point weights; bfloat16 is {@link DataType#UNKNOWN}. */
  static Set<DataType> weightTypes(Block block) {
    return block.getParameters().values().stream()
        .map(weight -> weight.getArray().getDataType())
        .filter(type -> type.isFloating() || type == DataType.UNKNOWN)
        .collect(Collectors.toSet());
  }

  /** Runs a method of a script, {@code forward} as a rule. */
  static Answer run(Block block, String method, List<Argument> arguments, NDManager manager) {
    List<IValue> open = new ArrayList<>();
    try {
      IValue[] values = new IValue[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments.get(i), open);
      }
      IValue answer = IValueUtils.runMethod((PtSymbolBlock) block, method, values);
      open.add(answer);
      return answer(answer, (PtNDManager) manager);
    } finally {
      open.forEach(IValue::close);
    }
  }

  private static IValue value(Argument argument, List<IValue> open) {
    Collection<NDArray> tensors = argument.tensors().values();
    IValue value =
        switch (argument.kind()) {
          case TENSOR -> IValue.from((PtNDArray) tensors.iterator().next());
          case LIST -> IValue.listFrom(tensors.toArray(PtNDArray[]::new));
          case DICTIONARY -> IValue.stringMapFrom(dictionary(argument.tensors()));
          case TUPLE -> IValue.tupleFrom(elements(tensors, open));
        };
    open.add(value);
    return value;
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

  private static Answer answer(IValue value, PtNDManager manager) {
    Answer.Form form =
        value.isTensor()
            ? Answer.Form.TENSOR
            : value.isMap() ? Answer.Form.DICTIONARY : Answer.Form.SEQUENCE;
    Answer answer = new Answer(form, new ArrayList<>(), new ArrayList<>());
    collect("", value, manager, answer);
    return answer;
  }

  private static void collect(String name, IValue value, PtNDManager manager, Answer answer) {
    if (value.isTensor()) {
      answer.names().add(name);
      answer.tensors().add(value.toTensor(manager));
    } else if (value.isTuple()) {
      collectAll(name, inOrder(value.toIValueTuple()), manager, answer);
    } else if (value.isList()) {
      collectAll(name, inOrder(value.toIValueArray()), manager, answer);
    } else if (value.isMap() && value.getType().startsWith("Dict(str,")) {
      // by name, because the engine's own order is that of a hash
      collectAll(name, new TreeMap<>(value.toIValueMap()), manager, answer);
    } else {
      throw new IllegalStateException(
          "the model's output%s is of type %s: only tensors can be served, alone or in tuples, lists"
                  .formatted(name.isEmpty() ? "" : " '" + name + "'", value.getType())
              + " and dictionaries; change what forward returns");
    }
  }

  private static Map<String, IValue> inOrder(IValue[] elements) {
    Map<String, IValue> named = new LinkedHashMap<>();
    for (int i = 0; i < elements.length; i++) {
      named.put(Integer.toString(i), elements[i]);
    }
    return named;
  }

  private static void collectAll(
      String name, Map<String, IValue> elements, PtNDManager manager, Answer answer) {
    try {
      elements.forEach(
          (key, element) ->
              collect(name.isEmpty() ? key : name + "." + key, element, manager, answer));
    } finally {
      elements.values().forEach(IValue::close);
    }
  }
}
