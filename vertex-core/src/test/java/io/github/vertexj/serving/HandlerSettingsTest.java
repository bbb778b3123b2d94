package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What is set on a builder does not depend on the order in which it is set. */
class HandlerSettingsTest {
  private static final Environment SOME =
      Environment.of(
          Map.of(
              "AIP_STORAGE_URI", "/environments",
              "AIP_PREDICT_ROUTE", "/environments",
              "AIP_HTTP_PORT", "4711"));
  private static final BatchListener LISTENER = new BatchListener() {};

  @TempDir Path first;
  @TempDir Path second;
  private final BlockingQueue<Path> loaded = new LinkedBlockingQueue<>();
  private final PredictorProvider<String, String> provider =
      (model, progress) -> {
        loaded.add(model.directory() == null ? Path.of("none") : model.directory());
        return LoadedModel.of(String.class, (instances, parameters) -> instances);
      };

  private static Map<String, Consumer<PredictionHandler.Builder>> setters() {
    Map<String, Consumer<PredictionHandler.Builder>> setters = new LinkedHashMap<>();
    setters.put("environment", builder -> builder.environment(SOME));
    setters.put("routes", builder -> builder.routes(Routes.of("/h", "/p")));
    setters.put("storageUri", builder -> builder.storageUri("/builders"));
    setters.put("healthByPost", PredictionHandler.Builder::healthByPost);
    setters.put("handlerThreads", builder -> builder.handlerThreads(3));
    setters.put("workers", builder -> builder.workers(5));
    setters.put("virtualThreads", PredictionHandler.Builder::virtualThreads);
    setters.put("batchPolicy", builder -> builder.batchPolicy(BatchPolicy.DEFAULT));
    setters.put("instanceErrors", builder -> builder.instanceErrors(InstanceErrors.IN_PLACE));
    setters.put("lenientStrings", builder -> builder.lenientStrings(true));
    setters.put("refuseMissingFields", builder -> builder.refuseMissingFields(false));
    setters.put("refuseUnknownFields", builder -> builder.refuseUnknownFields(true));
    setters.put("listener", builder -> builder.listener(LISTENER));
    setters.put("maxBodyBytes", builder -> builder.maxBodyBytes(5));
    setters.put("maxRequestMemory", builder -> builder.maxRequestMemory(55));
    setters.put("maxParametersBytes", builder -> builder.maxParametersBytes(5));
    setters.put("workerTimeout", builder -> builder.workerTimeout(Duration.ofSeconds(6)));
    setters.put("requestTimeout", builder -> builder.requestTimeout(Duration.ofSeconds(5)));
    return setters;
  }

  /** All that a server is made of. */
  private List<Object> set(List<Consumer<PredictionHandler.Builder>> setters) {
    PredictionHandler.Builder builder = PredictionHandler.builder(provider);
    setters.forEach(setter -> setter.accept(builder));
    HandlerSettings settings = builder.settings();
    return Arrays.asList(
        settings.origin().toString(),
        settings.serving(),
        settings.allRoutes().toString(),
        settings.handlerThreads,
        settings.listener,
        settings.maxRequestMemory);
  }

  @Test
  void setters_areAllOfTheBuilders() {
    assertThat(
            Stream.of(PredictionHandler.Builder.class.getMethods())
                .filter(method -> method.getReturnType() == PredictionHandler.Builder.class)
                .map(java.lang.reflect.Method::getName)
                .collect(Collectors.toSet()))
        .isEqualTo(setters().keySet());
  }

  @TestFactory
  List<DynamicTest> everyPairOfSetters_meansTheSameInBothOrders() {
    List<DynamicTest> tests = new ArrayList<>();
    setters()
        .forEach(
            (one, setOne) ->
                setters()
                    .forEach(
                        (two, setTwo) ->
                            tests.add(
                                dynamicTest(
                                    one + ", " + two,
                                    () ->
                                        assertThat(set(List.of(setOne, setTwo)))
                                            .isEqualTo(set(List.of(setTwo, setOne)))))));
    return tests;
  }

  private static Environment storedAt(Path directory) {
    return Environment.of(Map.of("AIP_STORAGE_URI", directory.toString()));
  }

  private Path loadedBy(PredictionHandler.Builder builder) throws Exception {
    try (PredictionHandler handler = builder.build()) {
      handler.start().join();
      return loaded.take();
    }
  }

  @Test
  void storageUri_beforeOrAfterTheEnvironment_counts() throws Exception {
    String uri = first.toString();
    Environment other = storedAt(second);
    assertThat(loadedBy(PredictionHandler.builder(provider).storageUri(uri).environment(other)))
        .isEqualTo(first);
    assertThat(loadedBy(PredictionHandler.builder(provider).environment(other).storageUri(uri)))
        .isEqualTo(first);
  }

  @Test
  void environment_setAgain_leavesNothingOfTheOther() throws Exception {
    PredictionHandler.Builder builder =
        PredictionHandler.builder(provider)
            .environment(storedAt(first))
            .environment(Environment.of(Map.of()));
    assertThat(loadedBy(builder)).isEqualTo(Path.of("none"));
  }
}
