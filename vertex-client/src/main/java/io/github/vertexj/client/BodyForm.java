package io.github.vertexj.client;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form in which instances go to an endpoint and predictions come back.
 *
 * <p>Thread-safe.
 */
interface BodyForm<I, P> {

  /** The method of the endpoint that takes this form. */
  URI uri(Address address);

  /** The value of {@code Content-Type}. */
  String mediaType();

  /**
   * Cuts instances into requests; at least one, even if there are no instances.
   *
   * @throws EndpointException if an instance cannot be written, or is too large for any request
   */
  List<Part> parts(List<I> instances, @Nullable Object parameters, Limits limits);

  /**
   * Reads the reply to a part.
   *
   * @throws EndpointException if it holds no predictions for the part
   */
  List<P> read(Part part, HttpResponse<byte[]> reply);
}
