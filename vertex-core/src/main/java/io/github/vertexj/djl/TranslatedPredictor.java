package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Translator;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predicts through a DJL translator: it makes tensors of each instance, one forward runs for the
 * batch (or for each instance, if the translator has no batchifier), and it makes a prediction of
 * each row.
 */
final class TranslatedPredictor implements Predictor<Object, Object> {
  private static final String METHOD = "module_method:";
  private static final int UNKNOWN = -1;
  private static final Tensors NO_SHAPES = Tensors.ordered(List.of());

  private final WorkerModel model;
  private final Translator<Object, Object> translator;
  private final boolean decodesImages;

  TranslatedPredictor(
      WorkerModel model, Translator<Object, Object> translator, boolean decodesImages) {
    this.model = model;
    this.translator = translator;
    this.decodesImages = decodesImages;
  }

  /** Lets the translator read its files; what it attaches to the model lives as long as that. */
  void prepare() throws Exception {
    model.call(
        manager -> {
          translator.prepare(new TranslatorCall(model.delegate(), manager));
          return true;
        });
  }

  @Override
  public List<Object> predict(List<Object> instances, Parameters parameters) throws Exception {
    try {
      return model.call(manager -> predict(instances, manager));
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw TorchFailures.call(e, NO_SHAPES);
    }
  }

  @Override
  public void close() {
    model.close();
  }

  private List<Object> predict(List<Object> instances, NDManager manager) throws Exception {
    TranslatorCall call = new TranslatorCall(model.delegate(), manager);
    List<Object> predictions =
        translator.getBatchifier() == null
            ? oneByOne(call, instances)
            : translator.batchProcessOutput(call, forward(inputs(call, instances), manager));
    if (predictions.size() != instances.size()) {
      throw new IllegalStateException(
          "the translator made %d predictions of %d instances: the first dimension of the model's"
                  .formatted(predictions.size(), instances.size())
              + " output must be the batch");
    }
    return predictions;
  }

  private List<Object> oneByOne(TranslatorCall call, List<Object> instances) throws Exception {
    List<Object> predictions = new ArrayList<>(instances.size());
    for (int i = 0; i < instances.size(); i++) {
      NDList input;
      try {
        input = translator.processInput(call, decoded(i, instances.get(i)));
      } catch (IllegalArgumentException e) {
        throw unreadable(i, e);
      }
      predictions.add(translator.processOutput(call, forward(input, call.getNDManager())));
    }
    return predictions;
  }

  /** A translator says by an IllegalArgumentException that an instance is at fault. */
  private NDList inputs(TranslatorCall call, List<Object> instances) throws Exception {
    List<Object> decoded = new ArrayList<>(instances.size());
    for (int i = 0; i < instances.size(); i++) {
      decoded.add(decoded(i, instances.get(i)));
    }
    try {
      return translator.batchProcessInput(call, decoded);
    } catch (IllegalArgumentException e) {
      throw unreadable(instances.size() == 1 ? 0 : UNKNOWN, e);
    }
  }

  private Object decoded(int index, @Nullable Object instance) {
    if (instance == null) {
      throw InvalidInputException.at(index, "an instance must not be null");
    }
    if (!decodesImages) {
      return instance;
    }
    try {
      return image((byte[]) instance);
    } catch (IOException | RuntimeException e) {
      throw unreadable(index, e);
    }
  }

  private static InvalidInputException unreadable(int index, Exception cause) {
    String message = "the instance cannot be read as the model's input";
    InvalidInputException invalid =
        index == UNKNOWN
            ? new InvalidInputException(message)
            : InvalidInputException.at(index, message);
    invalid.initCause(cause);
    return invalid;
  }

  private static Image image(byte[] bytes) throws IOException {
    return ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(bytes));
  }

  private NDList forward(NDList inputs, NDManager manager) {
    TorchScript.Answer answer = model.run(method(inputs), arguments(inputs), manager);
    NDList outputs = new NDList(answer.tensors().size());
    for (int i = 0; i < answer.tensors().size(); i++) {
      String name = answer.names().get(i);
      NDArray output = answer.tensors().get(i);
      if (answer.form() == TorchScript.Answer.Form.DICTIONARY) {
        output.setName(name);
      }
      outputs.add(output);
    }
    return outputs;
  }

  private static String method(NDList inputs) {
    return inputs.stream()
        .map(NDArray::getName)
        .filter(name -> name != null && name.startsWith(METHOD))
        .map(name -> name.substring(METHOD.length()))
        .findFirst()
        .orElse("forward");
  }

  /** Follows DJL's names: {@code a.b} are dictionaries, {@code a[]} lists, {@code a()} tuples. */
  private static List<TorchScript.Argument> arguments(NDList inputs) {
    Map<String, TorchScript.Argument> arguments = new LinkedHashMap<>();
    for (NDArray input : inputs) {
      String name = input.getName() == null ? "" : input.getName();
      int dot = name.indexOf('.');
      if (name.startsWith(METHOD)) {
        continue;
      }
      if (dot >= 0) {
        group(arguments, name.substring(0, dot), TorchScript.Argument.Kind.DICTIONARY)
            .put(name.substring(dot + 1), input);
      } else if (name.endsWith("[]") || name.endsWith("()")) {
        Map<String, NDArray> group = group(arguments, name, kind(name));
        group.put(Integer.toString(group.size()), input);
      } else {
        arguments.put(name + '#' + arguments.size(), TorchScript.Argument.of(input));
      }
    }
    return List.copyOf(arguments.values());
  }

  private static TorchScript.Argument.Kind kind(String name) {
    return name.endsWith("[]") ? TorchScript.Argument.Kind.LIST : TorchScript.Argument.Kind.TUPLE;
  }

  private static Map<String, NDArray> group(
      Map<String, TorchScript.Argument> arguments, String name, TorchScript.Argument.Kind kind) {
    return arguments
        .computeIfAbsent(name, key -> new TorchScript.Argument(kind, new LinkedHashMap<>()))
        .tensors();
  }
}
