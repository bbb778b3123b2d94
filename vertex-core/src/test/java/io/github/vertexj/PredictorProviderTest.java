package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictorProviderTest {
  private static final DeployedModel NOTHING = DeployedModel.of(null, Map.of());

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

  private static <I> InstanceReader<I> reader(PredictorProvider<I, ?> provider) throws Exception {
    return provider.load(NOTHING, stage -> {}).instanceReader();
  }

  @Test
  void of_aClass_seesItsInstanceType() throws Exception {
    assertThat(reader(PredictorProvider.of(new Echo())))
        .isInstanceOfSatisfying(
            InstanceReader.Databind.class,
            reader -> assertThat(reader.type().getTypeName()).contains("Flower"));
    assertThat(reader(PredictorProvider.of(new Images())))
        .isEqualTo(InstanceReader.of(Tensor.class));
    assertThat(reader(PredictorProvider.of(new Lists())))
        .isInstanceOfSatisfying(
            InstanceReader.Databind.class,
            reader -> assertThat(reader.type().getTypeName()).contains("Map"));
  }

  @Test
  void of_aLambda_isRefusedWithTheRemedy() throws Exception {
    Predictor<Flower, Flower> lambda = (instances, parameters) -> instances;
    assertThatThrownBy(() -> PredictorProvider.of(lambda))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of(InstanceType.class, predictor)");
    assertThatThrownBy(() -> PredictorProvider.of(new Open<String>()))
        .isInstanceOf(IllegalArgumentException.class);
    Predictor<Received<Flower>, Flower> receiving =
        new Predictor<>() {
          @Override
          public List<Flower> predict(List<Received<Flower>> all, Parameters parameters) {
            return all.stream().map(Received::instance).toList();
          }
        };
    assertThatThrownBy(() -> PredictorProvider.of(receiving))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PredictorProvider.receiving(InstanceType.class, predictor)");
    assertThat(reader(PredictorProvider.receiving(Flower.class, receiving)))
        .isEqualTo(InstanceReader.of(Flower.class));
    assertThat(reader(PredictorProvider.of(Flower.class, lambda)))
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

  /** Doubles numbers, and notes what happens to it. */
  private static final class Doubling implements PredictorProvider<Integer, Integer> {
    final List<String> log = new ArrayList<>();

    @Override
    public LoadedModel<Integer, Integer> load(DeployedModel model, LoadProgress progress) {
      log.add("load " + model.directory());
      progress.report("doubling");
      return LoadedModel.builder(
              Integer.class,
              worker ->
                  (Predictor<Integer, Integer>)
                      (instances, parameters) -> instances.stream().map(i -> 2 * i).toList())
          .onClose(() -> log.add("close"))
          .build();
    }

    @Override
    public Set<String> settingNames() {
      return Set.of("option.factor");
    }

    @Override
    public List<Check> checks(DeployedModel model) {
      return List.of(Check.passed("factor", String.valueOf(model.directory())));
    }

    @Override
    public boolean servesAnyModel() {
      return true;
    }

    @Override
    public void register(Handlers<Integer, Integer> handlers) {
      handlers.onFormat("own", (request, predictor) -> RawReply.text("own"));
    }
  }

  /** A class as the ServiceLoader wants one. */
  static final class Texts extends InstalledProvider<String, String> {
    Texts(PredictorProvider<Integer, Integer> model) {
      super(
          model
              .converted(String.class, Integer::valueOf, number -> "<" + number + ">")
              .with(
                  handlers ->
                      handlers.onFormat("texts", (request, predictor) -> RawReply.text("t"))));
    }
  }

  private static void assertNeedsWhatDoublingNeeds(PredictorProvider<?, ?> provider) {
    DeployedModel model = DeployedModel.of(Path.of("here"), Map.of());
    assertThat(provider.settingNames()).containsExactly("option.factor");
    assertThat(provider.checks(model)).extracting(Check::finding).containsExactly("here");
  }

  private static <I, P> Set<String> formats(PredictorProvider<I, P> provider) {
    Handlers<I, P> handlers = new Handlers<>();
    provider.register(handlers);
    return handlers.formats().keySet();
  }

  @Test
  void composed_needsWhatTheInnermostNeeds_andLoadsIt() throws Exception {
    Doubling doubling = new Doubling();
    Texts texts = new Texts(doubling);
    assertNeedsWhatDoublingNeeds(texts);
    assertThat(texts.servesAnyModel()).isFalse();
    assertThat(formats(texts)).containsExactly("texts"); // the model's own speak of other types
    List<String> stages = new ArrayList<>();
    LoadedModel<String, String> model =
        texts.load(DeployedModel.of(Path.of("here"), Map.of()), stages::add);
    assertThat(model.newPredictor(0).predict(List.of("1", "20"), Parameters.absent()))
        .containsExactly("<2>", "<40>");
    model.close();
    assertThat(stages).containsExactly("doubling");
    assertThat(doubling.log).containsExactly("load here", "close");
  }

  @Test
  void with_keepsTheHandlersThatThereAre() {
    PredictorProvider<Integer, Integer> provider =
        new Doubling()
            .with(h -> h.onFormat("first", (request, predictor) -> RawReply.text("1")))
            .with(h -> h.onFormat("second", (request, predictor) -> RawReply.text("2")));
    assertNeedsWhatDoublingNeeds(provider);
    assertThat(provider.servesAnyModel()).isTrue();
    assertThat(formats(provider)).containsExactly("own", "first", "second");
  }

  @Test
  void mapped_changesTheLoadedModelAndNothingElse() throws Exception {
    PredictorProvider<Integer, Integer> provider =
        new Doubling().mapped(model -> model.toBuilder().workers(3).build());
    assertNeedsWhatDoublingNeeds(provider);
    assertThat(provider.servesAnyModel()).isTrue();
    assertThat(formats(provider)).containsExactly("own");
    assertThat(provider.load(NOTHING, stage -> {}).workers()).isEqualTo(3);
  }

  @Test
  void mapped_changeThatFails_closesTheModel() {
    Doubling doubling = new Doubling();
    PredictorProvider<Integer, Integer> provider =
        doubling.mapped(
            model -> {
              throw new IllegalStateException("no");
            });
    assertThatThrownBy(() -> provider.load(NOTHING, stage -> {})).hasMessage("no");
    assertThat(doubling.log).containsExactly("load null", "close");
  }
}
