package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** Why a {@link DoublingServer} does not predict. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String body;
  private final boolean ofInstance;

  /** With the status of the reply; 0 for none. */
  Refusal(int status, String text, byte... body) {
    this(status, text, new String(body, StandardCharsets.UTF_8), false);
  }

  private Refusal(int status, String text, String body, boolean ofInstance) {
    super(text);
    this.status = status;
    this.body = body;
    this.ofInstance = ofInstance;
  }

  static Refusal ofInstance(String text, JsonNode instance) {
    return new Refusal(400, text, instance.toString(), true);
  }

  boolean ofInstance() {
    return ofInstance;
  }

  int status() {
    return status;
  }

  String body() {
    return body;
  }
}
