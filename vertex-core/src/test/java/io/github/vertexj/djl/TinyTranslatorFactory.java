package io.github.vertexj.djl;

import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.net.URL;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Translates words of numbers for a model of one input, scaled by an argument. */
public final class TinyTranslatorFactory implements TranslatorFactory {

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(
        new Pair<>(Input.class, Output.class),
        new Pair<>(URL.class, Map.class),
        new Pair<>(String.class, Map.class));
  }

  @Override
  @SuppressWarnings("unchecked") // only asked for the types above
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    boolean batched = !"none".equals(arguments.get("batchifier"));
    float scale = Float.parseFloat(String.valueOf(arguments.get("scale")));
    return (Translator<I, O>) new Tiny(scale, batched ? Batchifier.STACK : null);
  }

  private record Tiny(float scale, Batchifier batchifier)
      implements Translator<String, Map<String, Object>> {

    @Override
    public Batchifier getBatchifier() {
      return batchifier;
    }

    @Override
    public NDList processInput(TranslatorContext context, String instance) {
      String[] words = instance.isEmpty() ? new String[0] : instance.split(" ");
      float[] numbers = new float[words.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Float.parseFloat(words[i]);
      }
      NDArray array = context.getNDManager().create(numbers);
      if (numbers.length == 1 && numbers[0] < -1000) {
        array =
            context
                .getNDManager()
                .full(new ai.djl.ndarray.types.Shape(65_536), -1, DataType.FLOAT32);
      }
      NDArray scaled = array.mul(scale);
      return new NDList(batchifier == null ? scaled.expandDims(0) : scaled);
    }

    @Override
    public Map<String, Object> processOutput(TranslatorContext context, NDList outputs) {
      Map<String, Object> prediction = new LinkedHashMap<>();
      for (NDArray output : outputs) {
        prediction.put(
            output.getName() == null ? "y" : output.getName(),
            Arrays.toString(output.toType(DataType.FLOAT32, false).toFloatArray()));
      }
      return prediction;
    }
  }
}
