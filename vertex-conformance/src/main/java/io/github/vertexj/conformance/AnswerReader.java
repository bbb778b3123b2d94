package io.github.vertexj.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads one HTTP/1.x reply after the other from a socket. Not thread-safe. */
final class AnswerReader {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-5]\\d\\d(?: .*)?");
  private static final int FIRST_FINAL_STATUS = 200;
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int LONGEST_HEAD = 256 * 1024;
  private static final int MOST_INTERIM = 100;

  /**
   * Well beyond what the platform passes on (C3.20); a server must not be able to fill the heap.
   */
  static final int LONGEST_BODY = 16 * 1024 * 1024;

  private static final int NANOS_PER_MILLI = 1_000_000;

  /** Thrown when what came back is not HTTP. */
  static final class NotHttpException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Thrown when more comes back than is kept of a reply. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final TimedInput timed;
  private final InputStream in;

  AnswerReader(Socket socket) throws IOException {
    timed = new TimedInput(socket);
    in = new BufferedInputStream(timed);
  }

  /** Reads the next final reply; interim ones are skipped. */
  Answer read(long deadlineNanos, boolean headOnly) throws IOException {
    timed.deadlineNanos = deadlineNanos;
    for (int interim = 0; interim <= MOST_INTERIM; interim++) {
      String statusLine = line();
      int status = status(statusLine);
      Map<String, String> headers = headers();
      if (statusLine.startsWith("HTTP/1.0")) {
        headers.putIfAbsent("connection", "close");
      }
      if (status >= FIRST_FINAL_STATUS) {
        int pausesBefore = timed.pauses;
        byte[] body = headOnly || bodiless(status) ? new byte[0] : body(headers);
        return new Answer(status, headers, body, timed.pauses - pausesBefore);
      }
    }
    throw new TooLargeException();
  }

  private static boolean bodiless(int status) {
    return status == 204 || status == 304;
  }

  private static int status(String line) throws IOException {
    if (!STATUS_LINE.matcher(line).matches()) {
      throw new NotHttpException();
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>();
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      length += line.length();
      if (length > LONGEST_HEAD) {
        throw new TooLargeException();
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new NotHttpException();
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.putIfAbsent(name, line.substring(colon + 1).strip());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      return chunks();
    }
    String length = headers.get("content-length");
    return length == null ? toTheEnd() : exactly(number(length, 10));
  }

  private byte[] toTheEnd() throws IOException {
    byte[] body = in.readNBytes(LONGEST_BODY);
    if (body.length == LONGEST_BODY && in.read() >= 0) {
      throw new TooLargeException();
    }
    return body;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      if (body.size() + size > LONGEST_BODY) {
        throw new TooLargeException();
      }
      body.writeBytes(exactly(size));
      line();
    }
    headers();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return number(line().split(";", 2)[0].strip(), 16);
  }

  private static int number(String digits, int radix) throws IOException {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
      throw new NotHttpException();
    }
    BigInteger number = new BigInteger(digits, radix);
    if (number.compareTo(BigInteger.valueOf(LONGEST_BODY)) > 0) {
      throw new TooLargeException();
    }
    return number.intValue();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
      if (line.size() > LONGEST_LINE) {
        throw new TooLargeException();
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** Input that ends waiting at a time, however little at a time comes, and counts its pauses. */
  private static final class TimedInput extends FilterInputStream {
    private final Socket socket;
    private long deadlineNanos;
    private int pauses;

    TimedInput(Socket socket) throws IOException {
      super(socket.getInputStream());
      this.socket = socket;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      long left = (deadlineNanos - System.nanoTime()) / NANOS_PER_MILLI;
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout((int) left);
      long before = System.nanoTime();
      int count = super.read(bytes, offset, length);
      if (System.nanoTime() - before >= NANOS_PER_MILLI) {
        pauses++;
      }
      return count;
    }
  }
}
