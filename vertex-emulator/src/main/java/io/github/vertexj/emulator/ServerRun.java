package io.github.vertexj.emulator;

import java.net.URI;
import java.util.Map;

/**
 * A model server that runs: behind one replica, from its start to its end.
 *
 * <p>Thread-safe.
 */
interface ServerRun extends AutoCloseable {

  /** Where the server is reached, without a path. */
  URI baseUri();

  /** Whether it has not ended. */
  boolean running();

  /** Why it has ended, in a few words. */
  default String end() {
    return "it has ended";
  }

  /** How a line begins that tells why the server is started again. */
  default String howRestarted() {
    return "is restarted: ";
  }

  /** Stops the server as the platform does, and waits until it has ended (C1.44). */
  @Override
  void close();

  /** Starts servers of one model. */
  @FunctionalInterface
  interface Source {
    /**
     * Starts a server; it need not be ready when this returns.
     *
     * @param replica the number of the replica, from 0
     * @param variables what the platform puts into the environment, {@code AIP_HTTP_PORT} included
     * @throws DeploymentException if it cannot be started
     */
    ServerRun start(int replica, Map<String, String> variables);

    /**
     * Looks whether a deployment has any sense, before the first server is started.
     *
     * @throws DeploymentException if it has not
     */
    default void check() {}
  }
}
