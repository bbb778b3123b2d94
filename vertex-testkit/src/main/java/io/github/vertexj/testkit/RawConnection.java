package io.github.vertexj.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, on which a test writes what bytes it likes and reads one answer after
 * the other.
 *
 * <p>One thread may write while another one reads.
 */
final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int CONTINUE = 100;
  private static final int FIRST_FINAL_STATUS = 200;

  private final URI server;
  private final Set<Integer> closingStatuses;
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private boolean closedByServer;
  private boolean chunkToEnd; // its bytes are read, the line break after them is not

  private RawConnection(URI server, Set<Integer> closingStatuses) throws IOException {
    this.server = server;
    this.closingStatuses = closingStatuses;
    socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /**
   * Connects to a server.
   *
   * @param closingStatuses after these the server may say that it closes the connection; the next
   *     request then goes over another one, as with any client
   */
  static RawConnection to(URI server, Set<Integer> closingStatuses) throws IOException {
    return new RawConnection(server, closingStatuses);
  }

  private void connectAgain() throws IOException {
    socket.close();
    RawConnection next = new RawConnection(server, closingStatuses);
    socket = next.socket;
    in = next.in;
    out = next.out;
    closedByServer = false;
  }

  /** Writes bytes and returns this. */
  RawConnection send(byte[] bytes) throws IOException {
    if (closedByServer) {
      connectAgain();
    }
    out.write(bytes);
    return this;
  }

  /** Writes bytes in pieces of a size, each in a segment of its own. */
  RawConnection sendInPieces(byte[] bytes, int size) throws IOException {
    for (int start = 0; start < bytes.length; start += size) {
      send(Arrays.copyOfRange(bytes, start, Math.min(start + size, bytes.length)));
    }
    return this;
  }

  /** Writes a chunked body in chunks of a size, and its end. */
  RawConnection sendChunks(byte[] body, int size) throws IOException {
    for (int start = 0; start < body.length; start += size) {
      send(Wire.chunk(body, start, Math.min(size, body.length - start)));
    }
    return send(Wire.chunk(body, 0, 0));
  }

  /** Whether an answer, or the end of the connection, comes within a time; nothing is read. */
  boolean answersWithin(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      in.mark(1);
      in.read();
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Reads the next final answer; interim ones are skipped. */
  Answer answer() throws IOException {
    return answer(true);
  }

  /** Reads the answer to a HEAD request, which ends with its head. */
  Answer answerWithoutBody() throws IOException {
    return answer(false);
  }

  /** Reads the answer that lets a client go on to send its body. */
  void awaitContinue() throws IOException {
    int status = status(line());
    if (status != CONTINUE) {
      throw new AssertionError("100 Continue was expected, not " + status);
    }
    headers();
  }

  private Answer answer(boolean withBody) throws IOException {
    int status = status(line());
    Map<String, String> headers = headers();
    if (status < FIRST_FINAL_STATUS) {
      return answer(withBody);
    }
    closedByServer =
        closingStatuses.contains(status) && "close".equalsIgnoreCase(headers.get("connection"));
    byte[] body = withBody ? body(headers) : new byte[0];
    return new Answer(status, headers, new String(body, StandardCharsets.UTF_8), body.length);
  }

  /** Reads the head of an answer whose body is then read piece by piece. */
  Answer head() throws IOException {
    return answer(false);
  }

  /**
   * Reads the next chunk of a chunked body, as text; null after the last one. The line break that
   * ends a chunk may be sent with the next one only.
   *
   * @throws EOFException if the connection breaks before the last one
   */
  @Nullable String chunk() throws IOException {
    if (chunkToEnd) {
      line();
    }
    int size = chunkSize();
    chunkToEnd = size > 0;
    if (size == 0) {
      line();
      return null;
    }
    return new String(exactly(size), StandardCharsets.UTF_8);
  }

  /** Reads chunks until a text has come, and returns all of them. */
  String chunksUntil(String end) throws IOException {
    StringBuilder all = new StringBuilder();
    while (!all.toString().endsWith(end)) {
      String chunk = chunk();
      if (chunk == null) {
        throw new AssertionError("the body was complete without '%s': %s".formatted(end, all));
      }
      all.append(chunk);
    }
    return all.toString();
  }

  private static int status(String line) {
    if (!line.matches("HTTP/1\\.1 [1-5]\\d\\d( .*)?")) {
      throw new AssertionError("a status line was expected, not: " + line);
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] parts = line.split(":", 2);
      headers.putIfAbsent(parts[0].toLowerCase(Locale.ROOT), parts[1].trim());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return chunks();
    }
    String length = headers.get("content-length");
    return length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.writeBytes(exactly(size));
      line();
    }
    headers();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line().split(";", 2)[0].trim(), 16);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection, after: " + line);
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
