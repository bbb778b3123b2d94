package io.github.vertexj.client;

import java.net.URI;
import java.time.Duration;

/**
 * The addresses that a model is called at.
 *
 * <pre>{@code
 * Endpoint<Flower, Species> iris =
 *     Endpoints.dedicated("123456789012", "us-central1", "4567").as(Flower.class, Species.class);
 * List<Species> species = iris.predict(flowers);
 * }</pre>
 *
 * <p>Google's endpoints are called with the application's default credentials, unless others are
 * chosen. Thread-safe.
 */
public final class Endpoints {
  /** What a shared endpoint takes; that this is decimal is an assumption. */
  private static final int SHARED_BYTES = 1_500_000;

  /** What all other endpoints take. */
  private static final int DEDICATED_BYTES = 10_000_000;

  private static final Duration SHARED_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration DEDICATED_TIMEOUT = Duration.ofMinutes(10);

  private Endpoints() {}

  /**
   * A public endpoint on the host that all of them share: requests up to 1.5 MB, replies within 60
   * seconds, no streams.
   *
   * @param project the project's id or number
   * @param endpoint the endpoint's id
   */
  public static Endpoint.Builder shared(String project, String region, String endpoint) {
    return google("https://" + region + "-aiplatform.googleapis.com", project, region, endpoint)
        .maxRequestBytes(SHARED_BYTES)
        .timeout(SHARED_TIMEOUT);
  }

  /**
   * A public endpoint with a host of its own: requests up to 10 MB, replies within 10 minutes.
   *
   * @param projectNumber the project's number, not its id
   * @param endpoint the endpoint's id
   */
  public static Endpoint.Builder dedicated(String projectNumber, String region, String endpoint) {
    return google(
        "https://%s.%s-%s.prediction.vertexai.goog".formatted(endpoint, region, projectNumber),
        projectNumber,
        region,
        endpoint);
  }

  /**
   * An endpoint that is reached by Private Service Connect; limits are those of a dedicated one. It
   * is called without TLS, as its certificate is signed by itself; choose {@link
   * Endpoint.Builder#baseUrl} and a client that trusts it for TLS.
   *
   * @param projectNumber the project's number, not its id
   * @param endpoint the endpoint's id
   */
  public static Endpoint.Builder privateServiceConnect(
      String projectNumber, String region, String endpoint) {
    return google(
        "http://%s-%s-%s.prediction.p.vertexai.goog".formatted(endpoint, region, projectNumber),
        projectNumber,
        region,
        endpoint);
  }

  /**
   * Any other address, called without credentials unless some are chosen: a container, a Cloud Run
   * service, the {@code predictHttpUri} of an endpoint in a peered network.
   *
   * @param url the whole URL that predictions are posted to, such as {@code
   *     http://localhost:8080/predict}
   */
  public static Endpoint.Builder at(String url) {
    URI uri = URI.create(url);
    return new Endpoint.Builder(new Address(uri, uri, uri))
        .maxRequestBytes(DEDICATED_BYTES)
        .timeout(DEDICATED_TIMEOUT);
  }

  private static Endpoint.Builder google(
      String host, String project, String region, String endpoint) {
    String url =
        "%s/v1/projects/%s/locations/%s/endpoints/%s".formatted(host, project, region, endpoint);
    Address address =
        new Address(
            URI.create(url + ":predict"),
            URI.create(url + ":rawPredict"),
            URI.create(url + ":streamRawPredict"));
    return new Endpoint.Builder(address)
        .credentials(new DefaultCredentials())
        .maxRequestBytes(DEDICATED_BYTES)
        .timeout(DEDICATED_TIMEOUT);
  }
}
