package io.github.vertexj.djl;

import ai.djl.modality.Input;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.github.vertexj.StartException;
import java.io.File;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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
   * Chooses: the instance class that was set, or else the first by name of those that are not an
   * array of another.
   *
   * @throws StartException if there is nothing to choose
   */
  static TranslatorTypes of(TranslatorFactory factory, @Nullable String instanceClass) {
    List<TranslatorTypes> offered =
        factory.getSupportedTypes().stream()
            .filter(TranslatorTypes::usable)
            .map(pair -> new TranslatorTypes((Class<?>) pair.getKey(), (Class<?>) pair.getValue()))
            .sorted(
                Comparator.comparing((TranslatorTypes types) -> types.instance().isArray())
                    .thenComparing(types -> types.instance().getName())
                    .thenComparing(types -> types.prediction().getName()))
            .toList();
    return offered.stream()
        .filter(types -> instanceClass == null || types.named(instanceClass))
        .findFirst()
        .orElseThrow(
            () ->
                new StartException(
                    factory.getClass().getName()
                        + (instanceClass == null
                            ? " supports no class of instances that JSON can be read into"
                            : " supports no instances of "
                                + instanceClass
                                + "; set option.instanceClass to one of "
                                + offered.stream()
                                    .map(types -> types.instance().getName())
                                    .toList())));
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
