package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.HttpBody;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FailedPreconditionException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.aiplatform.v1.PredictResponse;
import com.google.cloud.aiplatform.v1.PredictionServiceClient;
import com.google.cloud.aiplatform.v1.PredictionServiceSettings;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.Endpoint;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a caller's program does, with Google's client, and sees. */
@EmulatedEndpoint(provider = GoogleClientTest.Doubling.class)
class GoogleClientTest {
  private GrpcFrontEnd frontEnd;
  private PredictionServiceClient client;
  private Endpoint endpoint;

  record Number(int value) {}

  record Twice(int value) {}

  static final class Doubling implements PredictorProvider<Number, Twice> {
    @Override
    public LoadedModel<Number, Twice> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.of(
          Number.class, (numbers, parameters) -> numbers.stream().map(Doubling::twice).toList());
    }

    private static Twice twice(Number number) {
      if (number.value() < 0) {
        throw new InvalidInputException("numbers must not be negative");
      }
      return new Twice(2 * number.value());
    }
  }

  @BeforeEach
  void connect(Endpoint emulated) throws Exception {
    endpoint = emulated;
    frontEnd = new GrpcFrontEnd(emulated.uri(""));
    client =
        PredictionServiceClient.create(
            PredictionServiceSettings.newBuilder()
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setTransportChannelProvider(
                    PredictionServiceSettings.defaultGrpcTransportProviderBuilder()
                        .setEndpoint("localhost:" + frontEnd.port())
                        .setChannelConfigurator(builder -> builder.usePlaintext())
                        .build())
                .build());
  }

  @AfterEach
  void disconnect() {
    client.close();
    frontEnd.close();
  }

  private static Value instance(int value) {
    Value number = Value.newBuilder().setNumberValue(value).build();
    return Value.newBuilder()
        .setStructValue(Struct.newBuilder().putFields("value", number))
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
  void predict_onAnEndpointThatIsNot_isNotFound() {
    String name = endpoint.name().replace(endpoint.id(), "1");
    assertThatThrownBy(() -> client.predict(name, List.of(instance(1)), Value.getDefaultInstance()))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void rawPredict_returnsTheContainersBytes() {
    HttpBody body =
        HttpBody.newBuilder()
            .setContentType("application/json")
            .setData(ByteString.copyFromUtf8("{\"instances\":[{\"value\":5}]}"))
            .build();
    HttpBody reply = client.rawPredict(endpoint.name(), body);
    assertThat(reply.getData().toStringUtf8()).isEqualTo("{\"predictions\":[{\"value\":10}]}");
  }
}
