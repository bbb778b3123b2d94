package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.Endpoint;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OkHttp, which sends its body only when it is asked to, if a request says so. */
@EmulatedEndpoint(provider = Doubling.class)
class OkHttpTest {

  @ParameterizedTest
  @ValueSource(strings = {":predict", ":rawPredict"})
  void bodyThatWaitsToBeAskedFor_isAskedFor(String method, Endpoint endpoint) throws Exception {
    OkHttpClient client = new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(60)).build();
    Request request =
        new Request.Builder()
            .url(endpoint.uri(method).toString())
            .header("Expect", "100-continue")
            .post(
                RequestBody.create(
                    "{\"instances\": [{\"value\": 5}]}", MediaType.get("application/json")))
            .build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.body().string()).contains("{\"value\":10");
    }
  }
}
