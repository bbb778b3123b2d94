package io.github.vertexj.testkit;

import java.net.URI;

/**
 * A server that an {@link AdapterContract} talks to.
 *
 * <p>Thread-safe.
 */
public interface RunningServer extends AutoCloseable {

  /** Where it listens: {@code http://127.0.0.1:41234}, without a path. */
  URI baseUri();

  /** Stops listening and ends all connections; the handler is none of its business. */
  @Override
  void close();

  /**
   * Returns a server on a port of this machine.
   *
   * @param close stops it
   */
  static RunningServer of(int port, Runnable close) {
    URI baseUri = URI.create("http://127.0.0.1:" + port);
    return new RunningServer() {
      @Override
      public URI baseUri() {
        return baseUri;
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
