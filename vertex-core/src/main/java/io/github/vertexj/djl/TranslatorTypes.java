package io.github.vertexj.djl;

import ai.djl.modality.Input;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import ai.djl.util.StringPair;
import io.github.vertexj.StartException;
import java.io.File;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The instance and prediction types that a translator is made for.
 *
 * <p>A factory offers several. Never taken are those that would let a caller name a file or address
 * for the server to read, and DJL's own request types.
 */
record TranslatorTypes(Class<?> instance, Class<?> prediction) {
  private static final Set<Class<?>> REFUSED =
      Set.of(
          Input.class,
          NDList.class,
          Path.class,
          File.class,
          URL.class,
          URI.class,
          InputStream.class);

  /**
   * Chooses what is translated: the instance class that was set; or else images, texts (alone and
   * in pairs, if both are offered), or the first by name of those that are not an array of another.
   *
   * @throws StartException if there is nothing to choose
   */
  static List<TranslatorTypes> of(TranslatorFactory factory, @Nullable String instanceClass) {
    List<TranslatorTypes> offered =
        factory.getSupportedTypes().stream()
            .filter(TranslatorTypes::usable)
            .map(pair -> new TranslatorTypes((Class<?>) pair.getKey(), (Class<?>) pair.getValue()))
            .sorted(
                Comparator.comparing((TranslatorTypes types) -> types.instance() != Image.class)
                    .thenComparing(types -> types.instance() != String.class)
                    .thenComparing(types -> types.instance().isArray())
                    .thenComparing(types -> types.instance().getName())
                    .thenComparing(types -> types.prediction().getName()))
            .toList();
    List<TranslatorTypes> chosen =
        offered.stream()
            .filter(types -> instanceClass == null || types.named(instanceClass))
            .toList();
    if (chosen.isEmpty()) {
      throw none(factory, instanceClass, offered);
    }
    TranslatorTypes first = chosen.get(0);
    Optional<TranslatorTypes> pair =
        chosen.stream()
            .filter(types -> first.instance() == String.class)
            .filter(types -> types.instance() == StringPair.class)
            .findFirst();
    return pair.map(types -> List.of(first, types)).orElse(List.of(first));
  }

  private static StartException none(
      TranslatorFactory factory, @Nullable String instanceClass, List<TranslatorTypes> offered) {
    String name = factory.getClass().getName();
    return new StartException(
        instanceClass == null
            ? name + " supports no class of instances that JSON can be read into"
            : name
                + " supports no instances of "
                + instanceClass
                + "; set option.instanceClass to one of "
                + offered.stream().map(types -> types.instance().getName()).distinct().toList());
  }

  /**
   * Whether a translator says itself how a batch is translated, and so keeps what belongs to its
   * instances apart.
   */
  static boolean overridesBatches(Translator<?, ?> translator) {
    return overrides(translator, "batchProcessInput", List.class)
        || overrides(translator, "batchProcessOutput", NDList.class);
  }

  private static boolean overrides(Translator<?, ?> translator, String method, Class<?> argument) {
    try {
      return !translator
          .getClass()
          .getMethod(method, TranslatorContext.class, argument)
          .getDeclaringClass()
          .isInterface();
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every translator has this method", e);
    }
  }

  private static boolean usable(Pair<Type, Type> types) {
    return types.getKey() instanceof Class<?> instance
        && types.getValue() instanceof Class<?>
        && REFUSED.stream().noneMatch(refused -> refused.isAssignableFrom(instance));
  }

  private boolean named(String name) {
    return instance.getName().equals(name) || instance.getSimpleName().equals(name);
  }
}
