package io.github.vertexj.conformance;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Connections of a client that means harm, bounded in number. Not thread-safe. */
final class Siege implements AutoCloseable {
  private static final int MOST = 512;
  private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

  private final Server server;
  private final List<Socket> sockets = new ArrayList<>();

  Siege(Server server) {
    this.server = server;
  }

  /**
   * Opens a connection and sends the beginning of a POST to the predict route: these lines of its
   * head, and whatever follows an empty one. A server may well refuse both.
   */
  void post(String... lines) {
    if (sockets.size() == MOST) {
      return;
    }
    try {
      Socket socket = server.address().connect(CONNECT_TIME);
      sockets.add(socket);
      String line =
          "POST " + server.predictRoute() + " HTTP/1.1\r\nHost: " + server.address().host();
      send(socket, line + "\r\nContent-Type: application/json\r\n" + String.join("\r\n", lines));
    } catch (IOException e) {
      // Refusing such a client is what a server may do about it.
    }
  }

  /** Sends a few bytes more on each connection that is still open. */
  void trickle(String bytes) {
    for (Socket socket : sockets) {
      try {
        send(socket, bytes);
      } catch (IOException e) {
        // It has been shown the door.
      }
    }
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing is expected of it any more.
      }
    }
  }
}
