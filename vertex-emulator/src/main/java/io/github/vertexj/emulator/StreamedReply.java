package io.github.vertexj.emulator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A reply whose body comes piece by piece.
 *
 * @param body what the container sends; to be copied, or its connection stays open
 * @param deadline when the call has to be over, by {@link System#nanoTime}
 */
record StreamedReply(
    int status,
    Map<String, List<String>> headers,
    Flow.Publisher<List<ByteBuffer>> body,
    long deadline) {

  /**
   * Copies the body, each piece at once, until it ends or the deadline cuts it off.
   *
   * @throws IOException if the container or the client has gone, or time is up; what the container
   *     sent until then has been copied
   */
  void copyTo(OutputStream out) throws IOException {
    Copy copy = new Copy(out);
    body.subscribe(copy);
    try {
      copy.over.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("time is up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      copy.stop();
    }
  }

  /** Writes what comes on the client library's threads, of which there are as many as needed. */
  private static final class Copy implements Flow.Subscriber<List<ByteBuffer>> {
    private final OutputStream out;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

    Copy(OutputStream out) {
      this.out = out;
    }

    /** Closes the container's connection, unless its reply has ended. */
    void stop() {
      CompletableFuture<Void> unused = source.thenAccept(Flow.Subscription::cancel);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      source.complete(subscription);
      subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
      try {
        for (ByteBuffer part : piece) {
          byte[] bytes = new byte[part.remaining()];
          part.get(bytes);
          out.write(bytes);
        }
        out.flush();
        source.join().request(1);
      } catch (IOException clientHasGone) {
        over.completeExceptionally(clientHasGone);
      }
    }

    @Override
    public void onError(Throwable brokenOff) {
      over.completeExceptionally(brokenOff);
    }

    @Override
    public void onComplete() {
      over.complete(null);
    }
  }
}
