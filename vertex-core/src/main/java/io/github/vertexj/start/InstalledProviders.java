package io.github.vertexj.start;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The choice of one predictor provider among those that {@link ServiceLoader} finds. */
public final class InstalledProviders {
  private static final String SERVICE_FILE =
      "META-INF/services/" + PredictorProvider.class.getName();

  private InstalledProviders() {}

  /**
   * Returns the only provider written for a model, or else the one that serves any model, which
   * chooses by the model among engines if several are installed.
   *
   * @param className the class of the one to take; null to choose
   * @throws StartException naming what was found, if none or several are left to choose from
   */
  public static PredictorProvider<?, ?> select(@Nullable String className) {
    List<PredictorProvider<?, ?>> all = load();
    if (className != null) {
      return only(all, provider -> provider.getClass().getName().equals(className), className);
    }
    List<PredictorProvider<?, ?>> engines =
        all.stream().filter(PredictorProvider::servesAnyModel).toList();
    if (engines.size() == all.size() && engines.size() > 1) {
      return new EngineChoice(engines);
    }
    boolean particular = engines.size() < all.size();
    return only(all, provider -> !(particular && provider.servesAnyModel()), null);
  }

  private static PredictorProvider<?, ?> only(
      List<PredictorProvider<?, ?>> all,
      Predicate<PredictorProvider<?, ?>> wanted,
      @Nullable String className) {
    List<PredictorProvider<?, ?>> left = all.stream().filter(wanted).toList();
    if (left.size() == 1) {
      return left.get(0);
    }
    if (left.isEmpty()) {
      throw new StartException(
          (className == null ? "no predictor provider" : "no predictor provider " + className)
              + " on the class path; found are "
              + names(all)
              + "; name yours in "
              + SERVICE_FILE);
    }
    throw new StartException(
        "several predictor providers on the class path, "
            + names(left)
            + "; choose one by its class name with --provider, or leave one in "
            + SERVICE_FILE);
  }

  private static List<PredictorProvider<?, ?>> load() {
    List<PredictorProvider<?, ?>> all = new ArrayList<>();
    try {
      for (PredictorProvider<?, ?> provider : ServiceLoader.load(PredictorProvider.class)) {
        all.add(provider);
      }
    } catch (ServiceConfigurationError e) {
      throw new StartException(
          "a predictor provider cannot be made: "
              + e.getMessage()
              + "; it must be a public class with a public constructor without arguments",
          e);
    }
    return all;
  }

  private static List<String> names(List<PredictorProvider<?, ?>> providers) {
    return providers.stream().map(provider -> provider.getClass().getName()).sorted().toList();
  }
}
