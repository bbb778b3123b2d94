package io.github.vertexj.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.Tensor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A deployed model that is called with instances and answers with predictions, one for each, in
 * order.
 *
 * <p>Instances that do not fit into one request go in several, a few at a time. A request is sent
 * once more, after a pause, only where nothing has been begun for it: when the connection is
 * refused, and after 429 and 503. Thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public final class Endpoint<I, P> {
  private final BodyForm<I, P> form;
  private final JsonValue values;
  private final Address address;
  private final Transport transport;
  private final Limits limits;
  private final Duration timeout;

  private Endpoint(Builder settings, BodyForm<I, P> form, JsonValue values) {
    this.form = form;
    this.values = values;
    this.address = settings.address;
    this.transport =
        new Transport(settings.client(), List.copyOf(settings.headers), settings.retries);
    this.limits = settings.limits;
    this.timeout = settings.timeout;
  }

  /**
   * Predicts, without parameters.
   *
   * @throws EndpointException if there are no predictions
   */
  public List<P> predict(List<I> instances) {
    return predict(instances, null);
  }

  /**
   * Predicts. A thread that is interrupted breaks the call off.
   *
   * @param parameters what Jackson writes as the {@code parameters}, such as a map, or {@link
   *     Parameters}; null for none
   * @throws EndpointException if there are no predictions
   */
  public List<P> predict(List<I> instances, @Nullable Object parameters) {
    CompletableFuture<List<P>> reply = predictAsync(instances, parameters);
    try {
      return reply.get();
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      throw EndpointException.unanswered("the call was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EndpointException failure) {
        failure.addSuppressed(new IllegalStateException("the call began here"));
        throw failure;
      }
      throw EndpointException.unanswered("the call failed: " + e.getCause(), e.getCause());
    }
  }

  /**
   * Begins to predict; cancelling the future breaks off what is under way. What is attached to it
   * without an executor runs on the HTTP client's threads.
   *
   * @param parameters as in {@link #predict(List, Object)}
   * @return the predictions, or an {@link EndpointException}
   */
  public CompletableFuture<List<P>> predictAsync(List<I> instances, @Nullable Object parameters) {
    try {
      Transport.Message message =
          new Transport.Message(form.uri(address), form.mediaType(), BodyPublishers.noBody());
      return new Call<>(transport, form, message, Deadline.after(timeout))
          .begin(form.parts(instances, parameters, limits));
    } catch (EndpointException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Returns a streamed reply, by the method {@code streamRawPredict}; each subscriber sends the
   * request anew, and is given the pieces as they come, no more than it asks for.
   *
   * <p>The stream has been whole if and only if the subscriber is told {@code onComplete}. If the
   * endpoint refuses, if it sends an event called {@code error}, and if the connection breaks, it
   * is {@code onError} with an {@link EndpointException}; a subscriber that cancels is told nothing
   * more. The time-out holds up to the head of the reply.
   *
   * @param request the whole body, as Jackson writes it
   */
  public Flow.Publisher<ServerEvent> stream(Object request) {
    return new EventPublisher(transport, address.streamRawPredict(), values, request, timeout);
  }

  /** Settings of an endpoint; what is not chosen is as the kind of the endpoint has it. */
  public static final class Builder {
    private static final int DEFAULT_ATTEMPTS = 4;

    private final List<Supplier<Map<String, String>>> headers = new ArrayList<>();
    private Address address;
    private Limits limits = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private Duration timeout = Duration.ofMinutes(1);
    private Retries retries = new Retries(DEFAULT_ATTEMPTS);
    private @Nullable HttpClient client;

    Builder(Address address) {
      this.address = address;
      headers.add(Map::of);
    }

    /**
     * Another host to be called by the same paths: the emulator, a proxy.
     *
     * @param url scheme, host and port, such as {@code http://localhost:8085}
     */
    public Builder baseUrl(String url) {
      address = address.on(URI.create(url));
      return this;
    }

    /**
     * The headers that say who calls, such as {@link GoogleCredentialHeaders}, in place of the
     * default ones; {@code Map::of} for none. Called anew for each request, it may take its time,
     * and what it throws fails the call.
     */
    public Builder credentials(Supplier<Map<String, String>> credentials) {
      headers.set(0, credentials);
      return this;
    }

    /**
     * Further headers, called anew for each request, on the thread that begins the call: the place
     * for a trace context, such as {@code traceparent}. The platform passes them on to containers
     * by its raw and stream methods only (C3.42).
     */
    public Builder headers(Supplier<Map<String, String>> further) {
      headers.add(further);
      return this;
    }

    /** The longest a call may take, further attempts included. */
    public Builder timeout(Duration longest) {
      if (longest.isNegative() || longest.isZero()) {
        throw new IllegalArgumentException("the timeout must be positive, not " + longest);
      }
      timeout = longest;
      return this;
    }

    /** The largest body of a request. */
    public Builder maxRequestBytes(int most) {
      limits = new Limits(positive("maxRequestBytes", most), limits.maxInstances());
      return this;
    }

    /** The most instances of a request; unlimited by default. */
    public Builder maxInstances(int most) {
      limits = new Limits(limits.maxRequestBytes(), positive("maxInstances", most));
      return this;
    }

    /** How often a request is sent at most; 4 by default, 1 for never again. */
    public Builder maxAttempts(int most) {
      retries = new Retries(positive("maxAttempts", most));
      return this;
    }

    /** The client that sends the requests, with its proxy, its TLS and its threads. */
    public Builder httpClient(HttpClient chosen) {
      client = Objects.requireNonNull(chosen);
      return this;
    }

    /**
     * Returns the endpoint with instances that Jackson writes and predictions that it reads, {@link
     * Tensor} and {@link io.github.vertexj.Tensors} included.
     *
     * @throws IllegalArgumentException if Jackson cannot read the predictions
     */
    public <I, P> Endpoint<I, P> as(Class<I> instances, Class<P> predictions) {
      return as(InstanceReader.of(predictions));
    }

    /** Returns the endpoint with types that have parameters; see {@link #as(Class, Class)}. */
    public <I, P> Endpoint<I, P> as(TypeReference<I> instances, TypeReference<P> predictions) {
      return as(InstanceReader.of(predictions));
    }

    /**
     * Returns the endpoint with predictions that are read in a way of their own, such as tensors of
     * a certain type; see {@link #as(Class, Class)}.
     */
    public <I, P> Endpoint<I, P> as(InstanceReader<P> predictions) {
      JsonValue values = new JsonValue();
      return new Endpoint<>(this, new EnvelopeForm<>(predictions, values), values);
    }

    /**
     * Returns the endpoint with tensors in binary, by the method {@code rawPredict}: rows of {@code
     * .npy} files, which our own servers take and give. There are no parameters.
     */
    public Endpoint<Tensor, Tensor> asBinaryTensors() {
      return new Endpoint<>(this, new NpyForm(), new JsonValue());
    }

    private HttpClient client() {
      return client == null ? HttpClient.newHttpClient() : client;
    }

    private static int positive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, not " + value);
      }
      return value;
    }
  }
}
