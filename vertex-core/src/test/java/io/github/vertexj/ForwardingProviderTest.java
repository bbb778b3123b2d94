package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForwardingProviderTest {
  private static final PredictorProvider<String, String> ECHO =
      PredictorProvider.of(String.class, (instances, parameters) -> instances);

  /** Counts the predictors that are made. */
  static final class Counting extends ForwardingProvider<String, String> {
    private int predictors;

    @Override
    protected PredictorProvider<String, String> delegate() {
      return ECHO;
    }

    @Override
    public Predictor<String, String> newPredictor(int worker) throws Exception {
      predictors++;
      return super.newPredictor(worker);
    }
  }

  @Test
  void override_changesOneCallAndNoOther() throws Exception {
    Counting counting = new Counting();
    try (Predictor<String, String> predictor = counting.newPredictor(0)) {
      assertThat(predictor.predict(List.of("a"), Parameters.absent())).containsExactly("a");
    }
    assertThat(counting.predictors).isEqualTo(1);
    assertThat(counting.instanceReader()).isEqualTo(ECHO.instanceReader());
  }

  @Test
  void everyMethodOfAProvider_isPassedOn() {
    Stream<String> passedOn =
        Stream.concat(names(ForwardingProvider.class), names(ProviderInFront.class));
    assertThat(names(PredictorProvider.class).filter(name -> !name.equals("with")))
        .isSubsetOf(passedOn.toList()); // `with` wraps once more
  }

  @Test
  void everyMethodThatConversionsDoNotChange_isPassedOn() {
    Stream<String> passedOn =
        Stream.concat(names(ConvertingProvider.class), names(ProviderInFront.class));
    assertThat(names(PredictorProvider.class))
        .filteredOn(Predicate.not(passedOn.toList()::contains))
        .containsExactlyInAnyOrder(
            "with", "instanceReader", "predictionWriter", "register", "servesAnyModel");
  }

  private static Stream<String> names(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .map(Method::getName);
  }
}
