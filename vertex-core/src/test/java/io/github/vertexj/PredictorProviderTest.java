package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictorProviderTest {
  record Flower(double petalLength) {}

  static final class Echo implements Predictor<Flower, Flower> {
    @Override
    public List<Flower> predict(List<Flower> instances, Parameters parameters) {
      return instances;
    }
  }

  static final class Lists implements Predictor<List<Map<String, Integer>>, String> {
    @Override
    public List<String> predict(List<List<Map<String, Integer>>> instances, Parameters parameters) {
      return List.of();
    }
  }

  static final class Images implements Predictor<Tensor, String> {
    @Override
    public List<String> predict(List<Tensor> instances, Parameters parameters) {
      return List.of();
    }
  }

  /** As code older than generics would be: it leaves its types open. */
  static final class Open<T> implements Predictor<T, T> {
    @Override
    public List<T> predict(List<T> instances, Parameters parameters) {
      return instances;
    }
  }

  @Test
  void of_aClass_seesItsInstanceType() {
    assertThat(PredictorProvider.of(new Echo()).instanceReader())
        .isInstanceOfSatisfying(
            InstanceReader.Databind.class,
            reader -> assertThat(reader.type().getTypeName()).contains("Flower"));
    assertThat(PredictorProvider.of(new Images()).instanceReader())
        .isEqualTo(InstanceReader.of(Tensor.class));
    assertThat(PredictorProvider.of(new Lists()).instanceReader())
        .isInstanceOfSatisfying(
            InstanceReader.Databind.class,
            reader -> assertThat(reader.type().getTypeName()).contains("Map"));
  }

  @Test
  void of_aLambda_isRefusedWithTheRemedy() {
    Predictor<Flower, Flower> lambda = (instances, parameters) -> instances;
    assertThatThrownBy(() -> PredictorProvider.of(lambda))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of(InstanceType.class, predictor)");
    assertThatThrownBy(() -> PredictorProvider.of(new Open<String>()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(PredictorProvider.of(Flower.class, lambda).instanceReader())
        .isEqualTo(InstanceReader.of(Flower.class));
  }

  @Test
  void batchPolicy_outOfRange_isRefused() {
    BatchPolicy policy = BatchPolicy.DEFAULT;
    assertThatThrownBy(() -> policy.maxBatchSize(0)).hasMessageContaining("maxBatchSize");
    assertThatThrownBy(() -> policy.maxQueuedInstances(0))
        .hasMessageContaining("maxQueuedInstances");
    assertThatThrownBy(() -> policy.maxBatchDelay(java.time.Duration.ofMillis(-1)))
        .hasMessageContaining("maxBatchDelay");
    assertThatThrownBy(() -> policy.maxBatchDelay(java.time.Duration.ofMinutes(1)))
        .hasMessageContaining("maxBatchDelay");
  }

  @Test
  void convertingProvider_convertsBothWays() throws Exception {
    PredictorProvider<Integer, Integer> doubling =
        PredictorProvider.of(
            Integer.class, (instances, parameters) -> instances.stream().map(i -> 2 * i).toList());
    PredictorProvider<String, String> texts =
        new ConvertingProvider<String, String, Integer, Integer>(doubling) {
          @Override
          protected Integer toModel(String instance) {
            if (instance.isEmpty()) {
              throw new InvalidInputException("digits are wanted");
            }
            return Integer.valueOf(instance);
          }

          @Override
          protected String fromModel(Integer prediction) {
            return prediction.toString();
          }
        };
    try (Predictor<String, String> predictor = texts.newPredictor(0)) {
      assertThat(predictor.predict(List.of("1", "20"), Parameters.absent()))
          .containsExactly("2", "40");
      assertThatThrownBy(() -> predictor.predict(List.of("1", ""), Parameters.absent()))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1))
          .hasMessage("digits are wanted");
      texts.warmUp(predictor, 2);
    }
  }
}
