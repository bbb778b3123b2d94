package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which conversions a server finds in front of a model, and which it leaves where they are. */
class ConversionTest {

  /** Doubles numbers; those of one sign may stand in one batch. */
  private static final class Doubling implements PredictorProvider<Integer, Integer> {
    final List<String> log = new ArrayList<>();

    @Override
    public Predictor<Integer, Integer> newPredictor(int worker) {
      return new Predictor<>() {
        @Override
        public List<Integer> predict(List<Integer> instances, Parameters parameters) {
          return instances.stream().map(each -> 2 * each).toList();
        }

        @Override
        public void close() {
          log.add("closed " + worker);
        }
      };
    }

    @Override
    public void warmUp(Predictor<Integer, Integer> predictor, int maxBatchSize) {
      log.add("warm");
    }

    @Override
    public int workers() {
      return 2;
    }

    @Override
    public boolean stackable(Integer first, Integer second) {
      return first < 0 == second < 0;
    }
  }

  private static ConvertingProvider<String, String, Integer, Integer> texts(
      PredictorProvider<Integer, Integer> model) {
    return new ConvertingProvider<>(model) {
      @Override
      protected Integer toModel(String instance) {
        return Integer.valueOf(instance);
      }

      @Override
      protected String fromModel(Integer prediction) {
        return prediction.toString();
      }
    };
  }

  private static ConvertingProvider<List<String>, List<String>, String, String> lists(
      PredictorProvider<String, String> model) {
    return new ConvertingProvider<>(model) {
      @Override
      protected String toModel(List<String> instance) {
        return String.join("", instance);
      }

      @Override
      protected List<String> fromModel(String prediction) {
        return List.of("=", prediction);
      }
    };
  }

  /** Passes everything on. */
  private static class Front extends ForwardingProvider<String, String> {
    private final PredictorProvider<String, String> model = texts(new Doubling());

    @Override
    protected PredictorProvider<String, String> delegate() {
      return model;
    }
  }

  private static <I, P> Conversion<I, P, ?, ?> conversion(PredictorProvider<I, P> provider)
      throws Exception {
    List<Predictor<I, P>> predictors = new ArrayList<>();
    for (int worker = 0; worker < provider.workers(); worker++) {
      predictors.add(provider.newPredictor(worker));
      provider.warmUp(predictors.get(worker), 3);
    }
    return Conversion.of(provider, predictors);
  }

  private static <I, P, A, B> List<P> predict(Conversion<I, P, A, B> conversion, List<I> instances)
      throws Exception {
    List<A> converted = instances.stream().map(conversion::toModel).toList();
    assertThat(conversion.stackable(converted.get(0), converted.get(1))).isFalse();
    return conversion.predictors().get(1).predict(converted, Parameters.absent()).stream()
        .map(conversion::fromModel)
        .toList();
  }

  @Test
  void of_chainOfConversionsWithHandlersAround_isTakenApart() throws Exception {
    Doubling model = new Doubling();
    PredictorProvider<List<String>, List<String>> provider =
        lists(texts(model).with(handlers -> {})).with(handlers -> {});
    Conversion<List<String>, List<String>, ?, ?> conversion = conversion(provider);
    assertThat(conversion.none()).isFalse();
    assertThat(predict(conversion, List.of(List.of("1", "2"), List.of("-", "5"))))
        .containsExactly(List.of("=", "24"), List.of("=", "-10"));
    conversion.predictors().forEach(Predictor::close);
    assertThat(model.log).containsExactly("warm", "warm", "closed 0", "closed 1");
  }

  @Test
  void of_forwardingProviderInFront_isTakenApart() throws Exception {
    Conversion<String, String, ?, ?> conversion = conversion(new Front());
    assertThat(conversion.none()).isFalse();
    assertThat(predict(conversion, List.of("12", "-5"))).containsExactly("24", "-10");
  }

  @Test
  void of_noConversions_leavesEverything() throws Exception {
    PredictorProvider<Integer, Integer> provider = new Doubling().with(handlers -> {});
    Conversion<Integer, Integer, ?, ?> conversion = conversion(provider);
    assertThat(conversion.none()).isTrue();
    assertThat(predict(conversion, List.of(12, -5))).containsExactly(24, -10);
  }

  @Test
  void of_providerWithItsOwnIdeaOfBatches_isAskedAboutTheCallersInstances() throws Exception {
    List<String> asked = new ArrayList<>();
    PredictorProvider<String, String> provider =
        new Front() {
          @Override
          public boolean stackable(String first, String second) {
            asked.add(first + second);
            return super.stackable(first, second);
          }
        };
    Conversion<String, String, ?, ?> conversion = conversion(provider);
    assertThat(conversion.none()).isTrue();
    assertThat(predict(conversion, List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(asked).containsExactly("12-5");
  }

  @Test
  void of_providerWithItsOwnPredictors_runsThem() throws Exception {
    List<String> seen = new ArrayList<>();
    PredictorProvider<String, String> watched =
        new Front() {
          @Override
          public Predictor<String, String> newPredictor(int worker) throws Exception {
            Predictor<String, String> predictor = super.newPredictor(worker);
            return (instances, parameters) -> {
              seen.addAll(instances);
              return predictor.predict(instances, parameters);
            };
          }

          @Override
          public void warmUp(Predictor<String, String> predictor, int maxBatchSize) {}
        };
    assertThat(conversion(watched).none()).isTrue();
    Conversion<List<String>, List<String>, ?, ?> conversion = conversion(lists(watched));
    assertThat(conversion.none()).isFalse();
    assertThat(predict(conversion, List.of(List.of("1", "2"), List.of("-5"))))
        .containsExactly(List.of("=", "24"), List.of("=", "-10"));
    assertThat(seen).containsExactly("12", "-5");
  }

  @Test
  void of_oneWorkerOfAnotherKind_leavesThemAll() throws Exception {
    PredictorProvider<String, String> mixed =
        new Front() {
          @Override
          public Predictor<String, String> newPredictor(int worker) throws Exception {
            Predictor<String, String> predictor = super.newPredictor(worker);
            return worker == 0 ? predictor : predictor::predict;
          }

          @Override
          public void warmUp(Predictor<String, String> predictor, int maxBatchSize) {}
        };
    Conversion<String, String, ?, ?> conversion = conversion(mixed);
    assertThat(conversion.none()).isTrue();
    assertThat(predict(conversion, List.of("12", "-5"))).containsExactly("24", "-10");
  }
}
