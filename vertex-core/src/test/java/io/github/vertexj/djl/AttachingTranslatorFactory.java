package io.github.vertexj.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Translates texts of numbers, and keeps what belongs to one of them until its output comes. */
public final class AttachingTranslatorFactory implements TranslatorFactory {

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(new Pair<>(String.class, String.class));
  }

  @Override
  @SuppressWarnings("unchecked") // only asked for the types above
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    return (Translator<I, O>) new Attaching(String.valueOf(arguments.get("keeps")));
  }

  private record Attaching(String keeps) implements Translator<String, String> {
    @Override
    public NDList processInput(TranslatorContext context, String instance) {
      if (instance.startsWith("this is")) { // what the server makes up
        throw new IllegalArgumentException("numbers are wanted");
      }
      String[] words = instance.split(" ");
      float[] numbers = new float[words.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = Float.parseFloat(words[i]);
      }
      NDArray array = context.getNDManager().create(numbers);
      Object kept =
          switch (keeps) {
            case "text" -> instance;
            case "number" -> numbers[0];
            case "list" -> List.of(words);
            case "array" -> array.sum();
            default -> throw new IllegalArgumentException(keeps);
          };
      context.setAttachment("kept", kept);
      return new NDList(array);
    }

    @Override
    public String processOutput(TranslatorContext context, NDList outputs) {
      Object kept = context.getAttachment("kept");
      String own =
          kept instanceof NDArray array ? String.valueOf(array.getFloat()) : kept.toString();
      return own + " -> " + outputs.get(0).toFloatArray()[0];
    }
  }
}
