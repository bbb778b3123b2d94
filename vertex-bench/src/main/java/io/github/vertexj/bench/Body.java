package io.github.vertexj.bench;

/** What a load generator sends with every request. */
final class Body {
  private static final String JSON = "application/json";

  private final String name;
  private final String mediaType;
  private final byte[] bytes;

  /**
   * Creates a body.
   *
   * @param name what its file is called
   * @param bytes not copied
   */
  Body(String name, String mediaType, byte[] bytes) {
    this.name = name;
    this.mediaType = mediaType;
    this.bytes = bytes;
  }

  static Body json(String name, byte[] bytes) {
    return new Body(name, JSON, bytes);
  }

  String name() {
    return name;
  }

  String mediaType() {
    return mediaType;
  }

  byte[] bytes() {
    return bytes;
  }
}
