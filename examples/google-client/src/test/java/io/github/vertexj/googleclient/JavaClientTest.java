package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.HttpBody;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FailedPreconditionException;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.UnimplementedException;
import com.google.cloud.aiplatform.v1.DirectRawPredictRequest;
import com.google.cloud.aiplatform.v1.PredictResponse;
import com.google.cloud.aiplatform.v1.PredictionServiceClient;
import com.google.cloud.aiplatform.v1.PredictionServiceSettings;
import com.google.cloud.aiplatform.v1.StreamRawPredictRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.Endpoint;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a caller's program does, with Google's Java client, and sees. */
@EmulatedEndpoint(provider = Doubling.class, profile = "dedicated")
class JavaClientTest {
  private PredictionServiceClient client;
  private Endpoint endpoint;

  @BeforeEach
  void connect(EmulatedPlatform platform, Endpoint emulated) throws Exception {
    endpoint = emulated;
    client =
        PredictionServiceClient.create(
            PredictionServiceSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    PredictionServiceSettings.defaultGrpcTransportProviderBuilder()
                        .setEndpoint(platform.grpcAddress())
                        .setChannelConfigurator(channel -> channel.usePlaintext())
                        .build())
                // Only a dedicated endpoint needs it.
                .setHeaderProvider(
                    FixedHeaderProvider.create("x-vertex-ai-endpoint-id", endpoint.id()))
                .build());
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static Value instance(int value) {
    Value number = Value.newBuilder().setNumberValue(value).build();
    return Value.newBuilder()
        .setStructValue(Struct.newBuilder().putFields("value", number))
        .build();
  }

  private static HttpBody body() {
    return HttpBody.newBuilder()
        .setContentType("application/json")
        .setData(ByteString.copyFromUtf8("{\"instances\":[{\"value\":5}]}"))
        .build();
  }

  @Test
  void predict_returnsPredictionsAndTheModelsNames() {
    PredictResponse response =
        client.predict(
            endpoint.name(), List.of(instance(3), instance(4)), Value.getDefaultInstance());
    assertThat(response.getPredictionsList())
        .extracting(
            prediction -> prediction.getStructValue().getFieldsOrThrow("value").getNumberValue())
        .containsExactly(6.0, 8.0);
    assertThat(response.getModelDisplayName()).isEqualTo("Doubling");
    assertThat(response.getDeployedModelId()).isNotEmpty();
  }

  @Test
  void predict_ofABadInstance_isAFailedPreconditionWithTheServersText() {
    List<Value> instances = List.of(instance(-1));
    Value none = Value.getDefaultInstance();
    assertThatThrownBy(() -> client.predict(endpoint.name(), instances, none))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("numbers must not be negative");
  }

  @Test
  void predict_onAnEndpointThatDoesNotExist_isNotFound() {
    String name = endpoint.name().replace(endpoint.id(), "1");
    assertThatThrownBy(() -> client.predict(name, List.of(instance(1)), Value.getDefaultInstance()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void rawPredict_returnsTheContainersBytes() {
    HttpBody reply = client.rawPredict(endpoint.name(), body());
    assertThat(reply.getData().toStringUtf8()).isEqualTo("{\"predictions\":[{\"value\":10}]}");
    assertThat(reply.getContentType()).startsWith("application/json");
  }

  @Test
  void streamRawPredict_returnsThePieces() {
    StringBuilder text = new StringBuilder();
    client
        .streamRawPredictCallable()
        .call(
            StreamRawPredictRequest.newBuilder()
                .setEndpoint(endpoint.name())
                .setHttpBody(body())
                .build())
        .forEach(piece -> text.append(piece.getData().toStringUtf8()));
    assertThat(text).hasToString("{\"predictions\":[{\"value\":10}]}");
  }

  @Test
  void explain_isNotEmulated_andDirectMethodsNeedAContainerThatServesGrpc() {
    assertThatThrownBy(
            () -> client.explain(endpoint.name(), List.of(), Value.getDefaultInstance(), ""))
        .isInstanceOf(UnimplementedException.class);
    DirectRawPredictRequest direct =
        DirectRawPredictRequest.newBuilder().setEndpoint(endpoint.name()).build();
    assertThatThrownBy(() -> client.directRawPredict(direct))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("grpcPorts");
  }
}
