package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How loaded models are made of others. */
class LoadedModelTest {
  private final List<String> log = new ArrayList<>();

  /** Doubles numbers; those of one sign may stand in one batch. */
  private LoadedModel.Builder<Integer, Integer> doubling() {
    return LoadedModel.builder(Integer.class, Doubler::new)
        .workers(2)
        .stackable((first, second) -> first < 0 == second < 0)
        .warmUp(
            (predictor, samples, maxBatchSize) -> {
              predictor.predict(samples.isEmpty() ? List.of(0) : samples, Parameters.absent());
              log.add("warm " + samples + " up to " + maxBatchSize);
            })
        .onClose(() -> log.add("closed"));
  }

  private final class Doubler implements Predictor<Integer, Integer> {
    private final int worker;

    Doubler(int worker) {
      this.worker = worker;
    }

    @Override
    public List<Integer> predict(List<Integer> instances, Parameters parameters) {
      return instances.stream().map(each -> 2 * each).toList();
    }

    @Override
    public void close() {
      log.add("closed " + worker);
    }
  }

  private static LoadedModel<String, String> texts(LoadedModel<Integer, Integer> model) {
    return model.converted(String.class, LoadedModelTest::number, Object::toString);
  }

  private static Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException("a number is wanted");
    }
  }

  /** Runs the steps as a server does, by the second worker; the instances must not stack. */
  private static <I, P, A, B> List<P> run(
      PredictionSteps<I, P, A, B> steps, List<I> samples, List<I> instances) throws Exception {
    List<A> converted =
        instances.stream().map(each -> steps.toModel(each, new Named(each.toString()))).toList();
    assertThat(steps.stackable(converted.get(0), converted.get(1))).isFalse();
    assertThat(steps.stackable(converted.get(0), converted.get(0))).isTrue();
    List<WorkerPredictor<I, A, B>> predictors = steps.newPredictors(2);
    predictors.get(1).warmUp(samples, 7);
    List<P> predictions =
        predictors.get(1).predict(converted, Parameters.absent()).stream()
            .map(steps::fromModel)
            .toList();
    predictors.forEach(Predictor::close);
    return predictions;
  }

  @Test
  void steps_noConversion_areThePredictors() throws Exception {
    LoadedModel<Integer, Integer> model = doubling().build();
    assertThat(model.steps().converts()).isFalse();
    assertThat(run(model.steps(), List.of(1, 2), List.of(12, -5))).containsExactly(24, -10);
    assertThat(log).containsExactly("warm [1, 2] up to 7", "closed 0", "closed 1");
  }

  @Test
  void converted_twice_conversionsStandBesideThePredictors() throws Exception {
    LoadedModel<List<String>, List<String>> model =
        texts(doubling().build())
            .converted(
                InstanceReader.of(new com.fasterxml.jackson.core.type.TypeReference<>() {}),
                list -> String.join("", list),
                prediction -> List.of("=", prediction));
    assertThat(model.steps().converts()).isTrue();
    assertThat(
            run(
                model.steps(),
                List.of(List.of("4", "2")),
                List.of(List.of("1", "2"), List.of("-", "5"))))
        .containsExactly(List.of("=", "24"), List.of("=", "-10"));
    assertThat(log).containsExactly("warm [42] up to 7", "closed 0", "closed 1");
  }

  @Test
  void converted_newPredictor_convertsInsideAndNamesTheInstanceAtFault() throws Exception {
    LoadedModel<String, String> model = texts(doubling().build());
    assertThat(model.stackable("1", "2")).isTrue();
    assertThat(model.stackable("1", "-2")).isFalse();
    try (WorkerPredictor<String, String, String> predictor = model.newPredictor(0)) {
      assertThat(predictor.predict(List.of("1", "20"), Parameters.absent()))
          .containsExactly("2", "40");
      assertThatThrownBy(() -> predictor.predict(List.of("1", ""), Parameters.absent()))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1))
          .hasMessage("a number is wanted");
      assertThatThrownBy(() -> predictor.warmUp(List.of("1", "x"), 2))
          .isInstanceOfSatisfying(
              InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(1));
    }
  }

  @Test
  void converted_everythingElse_isTheModels() {
    LoadedModel<Integer, Integer> model =
        doubling()
            .batchPolicy(BatchPolicy.DEFAULT.maxBatchSize(5))
            .metadata(parameters -> "m")
            .device("gpu0")
            .ownThreads(true)
            .description(() -> "doubles")
            .build();
    LoadedModel<String, String> converted = texts(model);
    assertThat(converted.instanceReader()).isEqualTo(InstanceReader.of(String.class));
    for (LoadedModel<?, ?> same :
        List.of(converted, converted.mapPredictors(UnaryOperator.identity()))) {
      assertThat(same.workers()).isEqualTo(2);
      assertThat(same.batchPolicy()).isEqualTo(model.batchPolicy());
      assertThat(same.metadata()).isSameAs(model.metadata());
      assertThat(same.device()).isEqualTo("gpu0");
      assertThat(same.ownThreads()).isTrue();
      assertThat(same.description()).isEqualTo("doubles");
    }
  }

  @Test
  void mapPredictors_beforeConversions_seesWhatTheModelTakes() throws Exception {
    LoadedModel<String, String> model = texts(watched(doubling().build()));
    assertThat(model.steps().converts()).isTrue();
    assertThat(run(model.steps(), List.of("8"), List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(log).containsExactly("warm [8] up to 7", "[12, -5]", "closed 0", "closed 1");
  }

  @Test
  void mapPredictors_afterConversions_seesWhatTheClientSends() throws Exception {
    LoadedModel<String, String> model = watched(texts(doubling().build()));
    assertThat(model.steps().converts()).isFalse();
    assertThat(run(model.steps(), List.of("8"), List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(log).containsExactly("warm [8] up to 7", "[12, -5]", "closed 0", "closed 1");
  }

  private <I, P> LoadedModel<I, P> watched(LoadedModel<I, P> model) {
    return model.mapPredictors(
        predictor ->
            (instances, parameters) -> {
              log.add(instances.toString());
              return predictor.predict(instances, parameters);
            });
  }

  @Test
  void mapPredictors_frontOfItsOwn_isClosedFirst() throws Exception {
    LoadedModel<Integer, Integer> model =
        doubling()
            .build()
            .mapPredictors(
                predictor ->
                    new Predictor<>() {
                      @Override
                      public List<Integer> predict(List<Integer> batch, Parameters parameters)
                          throws Exception {
                        return predictor.predict(batch, parameters);
                      }

                      @Override
                      public void close() {
                        predictor.close(); // as one may, and need not
                        log.add("front");
                      }
                    });
    model.newPredictor(1).close();
    assertThat(log).containsExactly("front", "closed 1");
  }

  @Test
  void mapPredictors_mappingThatFails_closesThePredictor() {
    LoadedModel<Integer, Integer> model =
        doubling()
            .build()
            .mapPredictors(
                predictor -> {
                  throw new IllegalStateException("no");
                });
    assertThatThrownBy(() -> model.newPredictor(1)).hasMessage("no");
    assertThat(log).containsExactly("closed 1");
  }

  @Test
  void toBuilder_stackableOfConverted_isAskedAboutWhatTheClientSends() throws Exception {
    List<String> asked = new ArrayList<>();
    LoadedModel<String, String> model =
        texts(doubling().build()).toBuilder()
            .stackable(
                (first, second) -> {
                  asked.add(first + second);
                  return first.equals(second);
                })
            .build();
    assertThat(model.steps().converts()).isFalse();
    assertThat(run(model.steps(), List.of("8"), List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(asked).containsExactly("12-5", "1212");
    assertThat(log).containsExactly("warm [8] up to 7", "closed 0", "closed 1");
  }

  @Test
  void toBuilder_warmUpOfConverted_predictsWhatTheClientSends() throws Exception {
    LoadedModel<String, String> model =
        texts(doubling().build()).toBuilder()
            .warmUp(
                (predictor, samples, maxBatchSize) ->
                    log.add(predictor.predict(samples, Parameters.absent()).toString()))
            .build();
    assertThat(model.steps().converts()).isTrue();
    assertThat(run(model.steps(), List.of("8"), List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(log).containsExactly("[16]", "closed 0", "closed 1");
  }

  @Test
  void builder_setInAnyOrder_isTheSame() throws Exception {
    LoadedModel<Integer, Integer> model =
        LoadedModel.<Integer, Integer>builder(Integer.class, worker -> new Doubler(worker))
            .warmUp((predictor, samples, most) -> log.add("own"))
            .stackable((first, second) -> first.equals(second))
            .build();
    assertThat(model.stackable(1, 2)).isFalse();
    model.newPredictor(0).warmUp(List.of(), 1);
    assertThat(log).containsExactly("own");
  }

  @Test
  void warmUp_byDefault_predictsSamplesAloneAndInALargestBatch() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    LoadedModel<String, String> model =
        LoadedModel.of(
            String.class,
            (instances, parameters) -> {
              sizes.add(instances.size());
              return instances;
            });
    try (WorkerPredictor<String, String, String> predictor = model.newPredictor(0)) {
      predictor.warmUp(List.of(), 8);
      assertThat(sizes).isEmpty();
      predictor.warmUp(List.of("a", "b"), 8);
    }
    assertThat(sizes).startsWith(1, 1, 8).containsOnly(1, 8);
  }

  @Test
  void newPredictors_oneThatCannotBeMade_closesTheOthers() {
    LoadedModel<Integer, Integer> model =
        LoadedModel.<Integer, Integer>builder(
                Integer.class,
                worker -> {
                  if (worker == 2) {
                    throw new IllegalStateException("no third");
                  }
                  return new Doubler(worker);
                })
            .build();
    assertThatThrownBy(() -> model.steps().newPredictors(3)).hasMessage("no third");
    assertThat(log).containsExactly("closed 0", "closed 1");
  }

  @Test
  void of_severalWorkers_shareThePredictorWhichIsClosedOnce() throws Exception {
    LoadedModel<Integer, Integer> model =
        LoadedModel.of(Integer.class, new Doubler(7)).toBuilder().workers(3).build();
    List<? extends Predictor<?, ?>> predictors = model.steps().newPredictors(model.workers());
    predictors.forEach(Predictor::close);
    assertThat(log).isEmpty();
    model.close();
    assertThat(log).containsExactly("closed 7");
    assertThat(model.batchPolicy().spread()).isTrue();
  }

  /** A request that has one header, whatever it is called. */
  private record Named(String header) implements ReceivedRequest {
    @Override
    public String header(String name) {
      return header;
    }

    @Override
    public java.time.Duration timeLeft() {
      return java.time.Duration.ZERO;
    }

    @Override
    public boolean abandoned() {
      return false;
    }
  }

  /** Doubles numbers, and notes the request of each. */
  private LoadedModel.Builder<Integer, Integer> receiving() {
    return LoadedModel.<Integer, Integer>receiving(
            Integer.class,
            worker ->
                (batch, parameters) -> {
                  batch.forEach(each -> log.add(each.toString()));
                  return batch.stream().map(each -> 2 * each.instance()).toList();
                })
        .stackable((first, second) -> first < 0 == second < 0);
  }

  private void assertRequestsSeen(LoadedModel<String, String> model) throws Exception {
    assertThat(run(model.steps(), List.of(), List.of("12", "-5"))).containsExactly("24", "-10");
    assertThat(log)
        .containsExactly(
            new Received<>(12, new Named("12")).toString(),
            new Received<>(-5, new Named("-5")).toString());
  }

  @Test
  void receiving_converted_predictorsSeeTheRequestOfEachInstance() throws Exception {
    assertRequestsSeen(texts(receiving().build()));
  }

  @Test
  void receiving_convertedAndStackedByTheClientsInstances_predictorsSeeTheRequests()
      throws Exception {
    assertRequestsSeen(
        texts(receiving().build()).toBuilder()
            .stackable((first, second) -> first.equals(second))
            .build());
  }

  @Test
  void receiving_withoutAServer_thereIsNoRequest() throws Exception {
    LoadedModel<Integer, Integer> model = receiving().build();
    try (WorkerPredictor<Integer, Integer, Integer> predictor = model.newPredictor(0)) {
      predictor.warmUp(List.of(3), 1);
      assertThat(predictor.predict(List.of(5), Parameters.absent())).containsExactly(10);
    }
    assertThat(log).endsWith(new Received<>(5, ReceivedRequest.NONE).toString()).hasSize(7);
    assertThat(ReceivedRequest.NONE.header("any")).isNull();
    assertThat(ReceivedRequest.NONE.trace()).isNull();
    assertThat(ReceivedRequest.NONE.abandoned()).isFalse();
    assertThat(ReceivedRequest.NONE.timeLeft()).isGreaterThan(java.time.Duration.ofDays(9999));
  }

  @Test
  void receiving_predictorsInFront_areRefused() {
    LoadedModel<Integer, Integer> model = receiving().build();
    assertThatThrownBy(() -> model.mapPredictors(UnaryOperator.identity()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("where they are made");
  }

  @Test
  void close_copies_closeEverythingOnceAndTheLastFirst() {
    LoadedModel<Integer, Integer> model = doubling().onClose(() -> log.add("second")).build();
    LoadedModel<String, String> copy =
        texts(model).toBuilder().onClose(() -> log.add("third")).build();
    copy.close();
    copy.close();
    model.close();
    assertThat(log).containsExactly("third", "second", "closed");
  }

  @Test
  void close_somethingFails_closesTheRest() {
    LoadedModel<Integer, Integer> model =
        doubling()
            .onClose(
                () -> {
                  throw new java.io.IOException("busy");
                })
            .onClose(() -> log.add("last"))
            .build();
    assertThatThrownBy(model::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model could not be closed: busy");
    assertThat(log).containsExactly("last", "closed");
  }

  @Test
  void virtualThreads_areTheWorkersOwn_whereTheJdkHasThem() throws Exception {
    LoadedModel.Builder<Integer, Integer> builder = doubling();
    if (Runtime.version().feature() < 21) {
      assertThatThrownBy(builder::virtualThreads)
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("virtual threads need JDK 21 or newer, and this is ");
      return;
    }
    LoadedModel<String, String> model = texts(builder.virtualThreads().ownThreads(false).build());
    assertThat(model.ownThreads()).isTrue();
    for (LoadedModel<?, ?> each : List.of(model, model.toBuilder().workers(5).build())) {
      Thread thread = each.workerThreads().newThread(() -> {});
      assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
    }
  }

  @Test
  void workers_none_isRefused() {
    assertThatThrownBy(() -> doubling().workers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers must be at least 1, not 0");
  }
}
