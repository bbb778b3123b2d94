package io.github.vertexj.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.client.Iris.Flower;
import io.github.vertexj.client.Iris.Species;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.EndpointProfile;
import io.github.vertexj.emulator.UploadedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Typed calls through the platform's front end, emulated. */
final class EndpointTest {
  private static final Iris IRIS = new Iris();
  private static final Predictor<Tensor, Tensor> ECHO = (instances, parameters) -> instances;
  private static EmulatedPlatform platform;
  private static String shared;
  private static String dedicated;
  private static String tensors;

  @BeforeAll
  static void deploy() {
    platform = EmulatedPlatform.builder().probeTimeScale(0.01).start();
    shared = deployed(EndpointProfile.SHARED, PredictorProvider.of(Flower.class, IRIS));
    dedicated = deployed(EndpointProfile.DEDICATED, PredictorProvider.of(Flower.class, IRIS));
    tensors = deployed(EndpointProfile.DEDICATED, PredictorProvider.of(Tensor.class, ECHO));
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static String deployed(EndpointProfile profile, PredictorProvider<?, ?> provider) {
    var endpoint = platform.newEndpoint(profile);
    endpoint.deploy(UploadedModel.provider(() -> provider).build());
    return endpoint.id();
  }

  private static Endpoint.Builder builder(String kind) {
    Endpoint.Builder builder =
        kind.equals("shared")
            ? Endpoints.shared("emulated", "us-central1", shared)
            : Endpoints.dedicated("emulated", "us-central1", dedicated);
    return onPlatform(builder);
  }

  private static Endpoint.Builder onPlatform(Endpoint.Builder builder) {
    return builder.baseUrl(platform.uri().toString()).credentials(Map::of);
  }

  private static Endpoint<Flower, Species> iris(String kind) {
    return builder(kind).as(Flower.class, Species.class);
  }

  private static List<Flower> flowers(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Flower(i % 2 == 0 ? 1.4 : 5, i)).toList();
  }

  private static EndpointException failure(Endpoint<Flower, ?> endpoint, List<Flower> flowers) {
    return catchThrowableOfType(EndpointException.class, () -> endpoint.predict(flowers));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void C3_8_predict_typedBothWays_throughTheKindsOfEndpoints(String kind) {
    assertThat(iris(kind).predict(List.of(new Flower(1.4, 3), new Flower(4.2, 0))))
        .containsExactly(new Species("setosa", 3), new Species("virginica", 0));
    assertThat(iris(kind).predict(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void predict_parameters_asAMapOrOurs(String kind) {
    List<Flower> one = flowers(1);
    assertThat(iris(kind).predict(one, Map.of("suffix", "!")).get(0).name()).isEqualTo("setosa!");
    assertThat(iris(kind).predict(one, Parameters.absent()).get(0).name()).isEqualTo("setosa");
  }

  @Test
  void predict_genericTypes_areRead() {
    Endpoint<Map<String, Object>, Map<String, Object>> endpoint =
        builder("dedicated").as(new TypeReference<>() {}, new TypeReference<>() {});
    assertThat(endpoint.predict(List.of(Map.of("petalLength", 1, "leaves", 2))))
        .containsExactly(Map.of("name", "setosa", "leaves", 2));
  }

  @Test
  void predict_moreThanARequestTakes_comesBackInOrder() {
    List<Flower> flowers = flowers(500);
    List<Species> whole = iris("dedicated").predict(flowers);
    int before = IRIS.calls.get();
    assertThat(
            builder("dedicated").maxInstances(7).as(Flower.class, Species.class).predict(flowers))
        .isEqualTo(whole)
        .hasSize(500);
    assertThat(IRIS.calls.get()).isGreaterThan(before + 1);
    Endpoint<Flower, Species> small =
        builder("shared").maxRequestBytes(200).as(Flower.class, Species.class);
    assertThat(small.predict(flowers.subList(0, 60))).isEqualTo(whole.subList(0, 60));
  }

  @Test
  void C3_20_largerThanAnyRequest_isRefusedBeforeItIsSent() {
    Endpoint<String, String> texts = builder("shared").as(String.class, String.class);
    EndpointException refused =
        catchThrowableOfType(
            EndpointException.class, () -> texts.predict(List.of("a", "x".repeat(1_500_000))));
    assertThat(refused)
        .hasMessageContaining("instance 1 makes a request of 1500018 bytes, and at most 1500000");
    assertThat(refused.status()).isZero();
  }

  @Test
  void C3_30_refusalOfAnInstance_onASharedEndpoint_isTheContainersSentence() {
    List<Flower> flowers = List.of(new Flower(1, 1), new Flower(-1, 1));
    EndpointException refused = failure(iris("shared"), flowers);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.sentence()).startsWith("a petal is at least 0 long").contains("[1]");
    assertThat(refused).hasMessageStartingWith("the endpoint answered 400: a petal is at least");
    assertThat(refused.instanceErrors()).containsOnlyKeys(1);
  }

  @Test
  void C3_33_refusalOfAnInstance_inAnotherPart_countsInTheWholeCall() {
    List<Flower> flowers = new java.util.ArrayList<>(flowers(50));
    flowers.set(33, new Flower(-1, 1));
    Endpoint<Flower, Species> parts =
        builder("dedicated").maxInstances(10).as(Flower.class, Species.class);
    EndpointException refused = failure(parts, flowers);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.sentence()).contains("$.instances[33]");
    assertThat(refused.instanceErrors()).containsExactly(entry(33, refused.sentence()));
  }

  @Test
  void C3_32_failureOfTheModel_saysWhichPart() {
    List<Flower> flowers = new java.util.ArrayList<>(flowers(20));
    flowers.set(13, new Flower(1e7, 1));
    Endpoint<Flower, Species> parts =
        builder("shared").maxInstances(10).as(Flower.class, Species.class);
    EndpointException failed = failure(parts, flowers);
    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.sentence()).endsWith(" (in instances 10 to 19)").doesNotContain("secret");
    assertThat(failed.instanceErrors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void C3_31_C3_37_notReady_is503WithWhatIsSaidOfIt(String kind) throws Exception {
    EndpointProfile profile =
        kind.equals("shared") ? EndpointProfile.SHARED : EndpointProfile.DEDICATED;
    try (FakeServer container = new FakeServer(FakeServer.of(503, "{\"error\":\"stopping\"}"));
        EmulatedPlatform probed = EmulatedPlatform.builder().manualProbeTime().start()) {
      var endpoint = probed.newEndpoint(profile);
      endpoint.deploy(
          UploadedModel.servers(container.uri())
              .healthRoute("/health")
              .predictRoute("/predict")
              .build());
      probed.advance(Duration.ZERO);
      Endpoint<Flower, Species> called =
          Endpoints.shared("emulated", "us-central1", endpoint.id())
              .baseUrl(probed.uri().toString())
              .credentials(Map::of)
              .maxAttempts(2)
              .as(Flower.class, Species.class);
      EndpointException stopping = failure(called, flowers(1));
      assertThat(stopping.status()).isEqualTo(503);
      assertThat(stopping.sentence()).isEqualTo("stopping");
      assertThat(container.requests).hasSize(2);

      container.health = 503;
      probed.advance(Duration.ofMinutes(1));
      EndpointException nobody = failure(called, flowers(1));
      assertThat(nobody.status()).isEqualTo(503);
      assertThat(nobody.sentence()).contains("healthy").doesNotContain("stopping");
    }
  }

  @Test
  void C3_35_longerThanTheEndpointsTime_is504() {
    CountDownLatch end = new CountDownLatch(1);
    Predictor<String, String> waiting =
        (instances, parameters) -> {
          end.await();
          return instances;
        };
    String slow =
        deployed(
            EndpointProfile.SHARED.withInferenceTimeout(Duration.ofMillis(50)),
            PredictorProvider.of(String.class, waiting));
    Endpoint<String, String> endpoint =
        onPlatform(Endpoints.shared("emulated", "us-central1", slow))
            .as(String.class, String.class);
    EndpointException failed =
        catchThrowableOfType(EndpointException.class, () -> endpoint.predict(List.of("x")));
    assertThat(failed.status()).isEqualTo(504);
    end.countDown();
  }

  @Test
  void predict_otherTypesThanThePredictions_saysWhere() {
    record Other(int name) {}
    Endpoint<Flower, Other> wrong = builder("dedicated").as(Flower.class, Other.class);
    EndpointException failed = failure(wrong, flowers(2));
    assertThat(failed.status()).isEqualTo(200);
    assertThat(failed).hasMessageContaining("a whole number is wanted, at $.predictions[0].name");
  }

  @Test
  void predict_instanceThatJsonCannotCarry_isNotSent() {
    EndpointException failed =
        failure(iris("dedicated"), List.of(new Flower(1, 1), new Flower(Double.NaN, 1)));
    assertThat(failed)
        .hasMessageContaining("the instance holds NaN")
        .hasMessageContaining("$.instances[1].petalLength");
    assertThat(failed.status()).isZero();
  }

  @Test
  void predictAsync_isTheSame() throws Exception {
    assertThat(iris("dedicated").predictAsync(flowers(3), null).get()).hasSize(3);
    assertThatThrownBy(() -> iris("dedicated").predictAsync(List.of(new Flower(-1, 1)), null).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(EndpointException.class);
  }

  @Test
  void tensors_asJson_keepTheirShape() {
    Endpoint<Tensor, Tensor> endpoint =
        onPlatform(Endpoints.dedicated("emulated", "us-central1", tensors))
            .as(Tensor.class, Tensor.class);
    Tensor row = Tensor.of(new float[] {0.1f, 2, -3e10f, 4}, 2, 2);
    List<Tensor> replies = endpoint.predict(List.of(row, row));
    assertThat(replies).hasSize(2);
    assertThat(replies.get(1).shape()).isEqualTo(row.shape());
    assertThat(replies.get(1).bytes()).isEqualTo(row.bytes());
  }

  @Test
  void tensors_inBinary_areThoseOfTheModel_alsoInParts() {
    Endpoint<Tensor, Tensor> endpoint =
        onPlatform(Endpoints.dedicated("emulated", "us-central1", tensors))
            .maxRequestBytes(1_000)
            .asBinaryTensors();
    List<Tensor> rows =
        IntStream.range(0, 40)
            .mapToObj(i -> Tensor.of(new float[] {i, 0.1f, Float.MAX_VALUE, -0f}, 2, 2))
            .toList();
    List<Tensor> replies = endpoint.predict(rows);
    assertThat(replies).extracting(Tensor::shape).containsOnly(rows.get(0).shape());
    assertThat(replies)
        .extracting(Tensor::bytes)
        .isEqualTo(rows.stream().map(Tensor::bytes).toList());
    assertThatThrownBy(() -> endpoint.predict(rows, Map.of("a", 1)))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("no place for parameters");
  }

  @Test
  void tensors_ofAnotherType_byTheirSpecification() {
    Endpoint<Flower, Tensor> endpoint =
        builder("dedicated").as(InstanceReader.tensor(TensorSpec.of(TensorType.INT64)));
    assertThat(failure(endpoint, flowers(1))).hasMessageContaining("$.predictions[0]");
  }
}
