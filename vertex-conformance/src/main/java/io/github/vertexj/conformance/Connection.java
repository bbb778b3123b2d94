package io.github.vertexj.conformance;

import io.github.vertexj.conformance.Exchange.Fate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * One HTTP/1.1 connection, by which requests go to the server as the bytes that a check wants.
 *
 * <p>The JDK's client would not do: it hides what a server does to a connection, and refuses some
 * of the paths that the platform uses. Not thread-safe.
 */
final class Connection implements AutoCloseable {
  /** What a socket surely takes while nobody reads. */
  private static final int SENT_AT_ONCE = 16 * 1024;

  private static final Duration CONNECT_TIME = Duration.ofSeconds(5);

  private final Socket socket;
  private final String host;
  private final Duration timeout;
  private final AnswerReader reader;

  private Connection(Socket socket, String host, Duration timeout) throws IOException {
    this.socket = socket;
    this.host = host;
    this.timeout = timeout;
    this.reader = new AnswerReader(socket);
  }

  /**
   * Opens a connection.
   *
   * @param timeout how long each request may take
   */
  static Connection to(Address address, Duration timeout) throws IOException {
    Duration connectTime = timeout.compareTo(CONNECT_TIME) < 0 ? timeout : CONNECT_TIME;
    return new Connection(
        address.connect(connectTime), address.host() + ":" + address.port(), timeout);
  }

  /** Sends one request on a connection of its own. */
  static Exchange exchange(Address address, Request request, Duration timeout) {
    long sent = System.nanoTime();
    try (Connection connection = to(address, timeout)) {
      return connection.exchange(request);
    } catch (IOException e) {
      return new Exchange(request, Fate.REFUSED, null, sent, System.nanoTime());
    }
  }

  /** Sends a request and waits for its reply. */
  Exchange exchange(Request request) {
    long sent = System.nanoTime();
    try {
      send(request);
      Answer answer = reader.read(sent + timeout.toNanos(), request.isHead());
      return new Exchange(request, Fate.ANSWERED, answer, sent, System.nanoTime());
    } catch (IOException e) {
      return new Exchange(request, fate(e), null, sent, System.nanoTime());
    }
  }

  private static Fate fate(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return Fate.SILENT;
    }
    if (e instanceof AnswerReader.TooLargeException) {
      return Fate.TOO_LARGE;
    }
    return e instanceof AnswerReader.NotHttpException ? Fate.NOT_HTTP : Fate.CUT;
  }

  /**
   * Sends a request. The server may answer before it has read a large body, so that is sent by
   * another thread, which ends with the connection at the latest.
   */
  private void send(Request request) {
    if (request.bodyLength() <= SENT_AT_ONCE) {
      write(request);
      return;
    }
    Thread sender = new Thread(() -> write(request), "sender");
    sender.setDaemon(true);
    sender.start();
  }

  private void write(Request request) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(request.head(host));
      out.write(request.framedBody());
    } catch (IOException e) {
      // Whether there is a reply all the same is what the reader finds out.
    }
  }

  /** Sends the beginning of a request and goes away. */
  static void abandon(Address address, Request request, Duration timeout) {
    try (Connection connection = to(address, timeout)) {
      OutputStream out = connection.socket.getOutputStream();
      out.write(request.head(connection.host));
      out.write(request.framedBody(), 0, request.bodyLength() / 2);
    } catch (IOException e) {
      // What the server makes of it is seen by whatever is asked next.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
