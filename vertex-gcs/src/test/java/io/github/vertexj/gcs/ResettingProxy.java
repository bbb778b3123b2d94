package io.github.vertexj.gcs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server on which some connections are reset after so many bytes of the answer. */
final class ResettingProxy implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger resets;
  private final int port;
  private final int bytes;

  ResettingProxy(int port, int resets, int bytes) throws IOException {
    this.port = port;
    this.resets = new AtomicInteger(resets);
    this.bytes = bytes;
    threads.execute(this::accept);
  }

  String uri() {
    return "http://localhost:" + door.getLocalPort();
  }

  /** How many connections are still to be reset. */
  int left() {
    return Math.max(0, resets.get());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        threads.execute(() -> copy(client, server, Long.MAX_VALUE));
        threads.execute(() -> copy(server, client, bytes));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  /** Copies until the limit, where the connection is reset if there are resets left. */
  private void copy(Socket from, Socket to, long limit) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[500];
      long copied = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        copied += count;
        if (copied >= limit && resets.getAndDecrement() > 0) {
          to.setSoLinger(true, 0); // closing it sends a reset
          return;
        }
      }
    } catch (IOException e) {
      // the other direction has closed both
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}
