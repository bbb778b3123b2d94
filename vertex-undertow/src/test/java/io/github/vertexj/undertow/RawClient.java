package io.github.vertexj.undertow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection, on which a test decides about every byte. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** What came back. */
  record Answer(int status, Map<String, String> headers, String body) {}

  static String post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.getBytes(UTF_8).length, body);
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(UTF_8));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Closes the sending half, which a server cannot tell from a client that has gone. */
  void sendNoMore() throws IOException {
    socket.shutdownOutput();
  }

  /** Reads one answer with a body of announced length. */
  Answer read() throws IOException {
    Answer head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    return new Answer(head.status(), head.headers(), new String(in.readNBytes(length), UTF_8));
  }

  /** Reads an answer that has no body whatever it announces. */
  Answer readHead() throws IOException {
    String statusLine = readLine();
    if (!statusLine.startsWith("HTTP/1.1 ")) {
      throw new IOException("no answer but \"" + statusLine + "\"");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      String[] parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].trim());
    }
    return new Answer(Integer.parseInt(statusLine.substring(9, 12)), headers, "");
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(UTF_8).stripTrailing();
  }

  /** Whether the server has closed the connection, or does so now. */
  boolean closedByServer() {
    try {
      return in.read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
