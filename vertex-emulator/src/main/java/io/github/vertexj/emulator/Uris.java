package io.github.vertexj.emulator;

import java.net.URI;

/** Makes URIs of a server's base and a path that is a literal, escapes and all. */
final class Uris {
  private Uris() {}

  /** Returns the base with this path, and query if it has one, instead of its own. */
  static URI at(URI base, String pathAndQuery) {
    String slash = pathAndQuery.startsWith("/") ? "" : "/";
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + slash + pathAndQuery);
  }
}
