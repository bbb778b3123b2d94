package io.github.vertexj.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A reply whose body comes piece by piece.
 *
 * @param body what the container sends; to be closed
 * @param deadline when the call has to be over, by {@link System#nanoTime}
 */
record StreamedReply(
    int status, Map<String, List<String>> headers, InputStream body, long deadline) {
  private static final int PIECE = 16 * 1024;

  /**
   * Copies the body, each piece at once, until it ends or the deadline cuts it off.
   *
   * @throws IOException if the container or the client has gone, or time is up
   */
  void copyTo(OutputStream out) throws IOException {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    cut.completeOnTimeout(null, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    CompletableFuture<Void> unused = cut.thenRun(this::close);
    try (body) {
      byte[] piece = new byte[PIECE];
      for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
        out.write(piece, 0, count);
        out.flush();
      }
    } finally {
      cut.cancel(false);
    }
  }

  private void close() {
    try {
      body.close();
    } catch (IOException e) {
      // the reader learns it
    }
  }
}
