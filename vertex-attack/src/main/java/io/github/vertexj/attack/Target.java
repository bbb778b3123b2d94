package io.github.vertexj.attack;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A server as an attacker sees it: bytes go there, and no error that comes of it is of interest.
 *
 * @param address where it listens
 */
record Target(InetSocketAddress address) {
  private static final int CONNECT_MILLIS = 2000;
  private static final int MOST_WAITED_MILLIS = 10_000;
  private static final int MOST_READ = 64 * 1024 * 1024;

  /** A head that posts to the predict route; {@code length} is what it says of the body. */
  static byte[] head(String type, String length) {
    return bytes(
        "POST /predict HTTP/1.1\r\nHost: victim\r\nContent-Type: "
            + type
            + "\r\n"
            + length
            + "\r\n\r\n");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends JSON and waits for the reply. */
  void post(byte[] json) {
    post("application/json", json);
  }

  /** Sends a body and waits for the reply. */
  void post(String type, byte[] body) {
    try (Socket socket = open()) {
      send(socket, head(type, "Connection: close\r\nContent-Length: " + body.length));
      send(socket, body);
      drain(socket);
    } catch (IOException e) {
      // That an attack fails is all right.
    }
  }

  /** Sends bytes on a connection of its own and waits for what comes back. */
  void raw(byte[] bytes) {
    try (Socket socket = open()) {
      send(socket, bytes);
      socket.setSoTimeout(CONNECT_MILLIS);
      drain(socket);
    } catch (IOException e) {
      // That an attack fails is all right.
    }
  }

  /** Sends several bodies at once, each on a thread and a connection of its own. */
  void postAtOnce(int count, IntFunction<byte[]> bodies) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] body = bodies.apply(i);
      threads.add(new Thread(() -> post(body), "attacker"));
    }
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** A connection; the caller closes it. */
  Socket open() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout(MOST_WAITED_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private static void drain(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[64 * 1024];
    long read = 0;
    for (int count = in.read(buffer); count >= 0 && read < MOST_READ; count = in.read(buffer)) {
      read += count;
    }
  }
}
