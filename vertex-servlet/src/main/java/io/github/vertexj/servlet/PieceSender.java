package io.github.vertexj.servlet;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the pieces of a streamed reply, each flushed before the next is asked for, so that no more
 * than one is ever kept for a slow client.
 *
 * <p>Its signals come from the writer's thread, the calls of the container from others, and whoever
 * looks for the client from yet another: all of them take turns at the output, which is used only
 * while it is ready. A client that takes nothing is given up by the container's own time-out.
 */
final class PieceSender implements Flow.Subscriber<ByteBuffer> {
  private static final Logger LOG = LoggerFactory.getLogger(PieceSender.class);

  private enum Ending {
    NONE,
    COMPLETE,
    BROKEN
  }

  private final ServletOutputStream out;
  private final Runnable end;
  private final Runnable breakOff;

  // All guarded by this.
  private Flow.@Nullable Subscription subscription;
  private @Nullable ByteBuffer piece;
  private boolean unflushed;
  private boolean asked;
  private Ending ending = Ending.NONE;
  private boolean over;

  /**
   * Creates a sender.
   *
   * @param out has a write listener that calls {@link #proceed}, and has been ready once
   * @param end run at the end of the stream, or when the client has gone
   * @param breakOff run when the client must not take what it has for the whole
   */
  PieceSender(ServletOutputStream out, Runnable end, Runnable breakOff) {
    this.out = out;
    this.end = end;
    this.breakOff = breakOff;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    proceed();
  }

  @Override
  public synchronized void onNext(ByteBuffer next) {
    piece = next;
    asked = false;
    proceed();
  }

  @Override
  public synchronized void onComplete() {
    ending = Ending.COMPLETE;
    proceed();
  }

  @Override
  public synchronized void onError(Throwable failure) {
    ending = Ending.BROKEN;
    proceed();
  }

  /** Does what can be done without waiting. */
  synchronized void proceed() {
    try {
      boolean more = true;
      while (more) {
        more = !over && out.isReady() && step();
      }
    } catch (IOException clientHasGone) {
      LOG.debug("A streamed reply broke off", clientHasGone);
      finish(end);
    }
  }

  /** Does the next thing; false if nothing is left to do for now. */
  private boolean step() throws IOException {
    if (piece != null) {
      PredictionServlet.write(piece, out);
      piece = null;
      unflushed = true;
      return true;
    }
    if (unflushed) {
      unflushed = false;
      out.flush();
      return true;
    }
    switch (ending) {
      case NONE -> ask();
      case COMPLETE -> finish(end);
      case BROKEN -> finish(breakOff);
    }
    return false;
  }

  private void ask() {
    if (!asked) {
      asked = true;
      Objects.requireNonNull(subscription).request(1);
    }
  }

  private void finish(Runnable how) {
    over = true;
    how.run();
  }

  /** Sends nothing any more: the container has ended the request. */
  synchronized void stop() {
    over = true;
  }

  /**
   * Ends the stream if its client has gone.
   *
   * @param clientGone asked while nothing is being sent
   * @return whether it goes on
   */
  synchronized boolean goesOnUnless(BooleanSupplier clientGone) {
    if (!over && piece == null && !unflushed && out.isReady() && clientGone.getAsBoolean()) {
      finish(end);
    }
    return !over;
  }
}
