package io.github.vertexj.emulator;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Answers the platform's gRPC; found by {@link java.util.ServiceLoader} where the module
 * vertex-emulator-grpc is on the class path.
 *
 * <p>Implementations are thread-safe.
 */
public interface GrpcProvider {

  /**
   * Listens, until the listener is closed.
   *
   * @throws IOException if the address cannot be bound
   */
  Listener start(InetSocketAddress address, PlatformCalls calls) throws IOException;

  /** A port that is listened on. */
  interface Listener extends AutoCloseable {
    /** Where it is. */
    int port();

    /** Ends every call and frees the port. */
    @Override
    void close();
  }
}
