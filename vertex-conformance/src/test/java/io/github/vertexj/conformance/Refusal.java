package io.github.vertexj.conformance;

import java.nio.charset.StandardCharsets;

/** Why a {@link DoublingServer} does not predict. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String body;

  /** With the status of the reply; 0 for none. */
  Refusal(int status, String text, byte... body) {
    super(text);
    this.status = status;
    this.body = new String(body, StandardCharsets.UTF_8);
  }

  int status() {
    return status;
  }

  String body() {
    return body;
  }
}
