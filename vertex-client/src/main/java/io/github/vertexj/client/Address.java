package io.github.vertexj.client;

import java.net.URI;

/** The URIs of an endpoint's methods. */
record Address(URI predict, URI rawPredict, URI streamRawPredict) {

  /** Returns the same paths on another host. */
  Address on(URI base) {
    return new Address(on(base, predict), on(base, rawPredict), on(base, streamRawPredict));
  }

  private static URI on(URI base, URI uri) {
    return base.resolve(uri.getRawPath());
  }
}
