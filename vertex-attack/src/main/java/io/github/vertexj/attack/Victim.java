package io.github.vertexj.attack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A server in a process of its own, with a heap of its own, which is started anew whenever it ends,
 * as the platform does. Thread-safe.
 */
final class Victim implements AutoCloseable {

  /** The servers there are. */
  enum Kind {
    LAUNCHER("io.github.vertexj.undertow.Main"),
    TOMCAT("io.github.vertexj.attack.TomcatMain");

    private final String main;

    Kind(String main) {
      this.main = main;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A kind of server with a heap.
   *
   * @param heap as {@code -Xmx} takes it
   */
  record Build(Kind kind, String heap) {
    @Override
    public String toString() {
      return kind + " " + heap;
    }
  }

  private final Build build;
  private final VictimModel model;
  private final ProcessBuilder builder;
  private final Path log;
  private final int port;
  private Process process;
  private volatile int ends;
  private volatile boolean closed;

  private Victim(Build build, VictimModel model) throws IOException {
    this.build = build;
    this.model = model;
    this.port = freePort();
    this.log = Files.createTempFile("victim", ".log");
    this.builder = builder(build);
    builder.environment().put("AIP_HTTP_PORT", Integer.toString(port));
    builder.environment().put(VictimModel.VARIABLE, model.name());
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    this.process = builder.start();
    Thread keeper = new Thread(this::keep, "keeper");
    keeper.setDaemon(true);
    keeper.start();
  }

  /** Starts a server; it is not ready yet. */
  static Victim start(Build build, VictimModel model) throws IOException {
    return new Victim(build, model);
  }

  private static ProcessBuilder builder(Build build) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the images start them.
    command.add("-Xmx" + build.heap());
    command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"));
    command.add("-Djdk.nio.maxCachedBufferSize=262144");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), build.kind().main));
    return new ProcessBuilder(command);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void keep() {
    try {
      while (!closed) {
        process.waitFor();
        synchronized (this) {
          if (!closed) {
            ends++;
            process = builder.start();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Build build() {
    return build;
  }

  VictimModel model() {
    return model;
  }

  /** How often it has ended by itself. */
  int ends() {
    return ends;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The size of what it has printed, in bytes. */
  long printed() {
    return log.toFile().length();
  }

  /** What it has printed. */
  File log() {
    return log.toFile();
  }

  /** Kills it, waits until it is gone, and forgets what it has printed. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      process.destroyForcibly();
    }
    process.onExit().join();
    log.toFile().delete();
  }
}
