package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GZipEncoding;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.Endpoint;
import org.junit.jupiter.api.Test;

/** The HTTP client below Google's Java libraries for REST, which compress every body. */
@EmulatedEndpoint(provider = Doubling.class)
class GoogleHttpClientTest {

  @Test
  void compressedBody_isRead(Endpoint endpoint) throws Exception {
    HttpRequest request =
        new NetHttpTransport()
            .createRequestFactory()
            .buildPostRequest(
                new GenericUrl(endpoint.uri(":predict").toString()),
                ByteArrayContent.fromString(
                    "application/json", "{\"instances\": [{\"value\": 5}]}"));
    request.setEncoding(new GZipEncoding());
    HttpResponse response = request.execute();
    assertThat(response.parseAsString()).contains("{\"value\":10");
  }
}
