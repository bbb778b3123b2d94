package io.github.vertexj.serving;

import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.ClientGoneException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.MediaType;
import io.github.vertexj.Parameters;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.batch.DeadlineExceededException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request in the hands of a raw handler, from its thread to the end of its reply.
 *
 * <p>As the handler's predictor it is thread-safe.
 */
final class RawCall<I, P> implements BatchedPredictor<I, P> {
  private static final Logger LOG = LoggerFactory.getLogger(RawCall.class);
  private static final Duration LONGEST_STALL = Duration.ofSeconds(60);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private final Call call;
  private final ServedModel<I, P, ?, ?> model;
  private final HandlerThreads threads;
  private final Consumer<RawCall<I, P>> whenOver;
  private final Set<CompletableFuture<?>> predictions = ConcurrentHashMap.newKeySet();
  private volatile @Nullable String abandoned;
  private volatile @Nullable PieceStream stream;

  /**
   * Creates a call.
   *
   * @param whenOver given this when it is over
   */
  RawCall(
      Call call,
      ServedModel<I, P, ?, ?> model,
      HandlerThreads threads,
      Consumer<RawCall<I, P>> whenOver) {
    this.call = call;
    this.model = model;
    this.threads = threads;
    this.whenOver = whenOver;
  }

  /** Has the handler run by a thread of its own; never throws. */
  @SuppressWarnings("FutureReturnValueIgnored") // what is attached here has nobody to tell
  void start(RawHandler<I, P> handler, RawRequest request) {
    CompletableFuture<Reply> promise = call.reply();
    promise.whenComplete(
        (reply, failure) -> {
          if (promise.isCancelled()) {
            clientGone();
          }
        });
    call.hold(); // the body, until the handler has returned
    try {
      ScheduledFuture<?> alarm =
          threads.after(call.timeout(), () -> call.executor().execute(this::timeOut));
      promise.whenComplete((reply, failure) -> alarm.cancel(false));
      threads.run(() -> run(handler, request));
    } catch (Throwable refused) { // also if there is no memory for a thread
      call.release();
      settle(refused);
      whenOver.accept(this);
    }
  }

  private void run(RawHandler<I, P> handler, RawRequest request) {
    try {
      RawReply reply = handled(handler, request);
      if (reply != null && reply.writer() != null) {
        write(reply, reply.writer());
      } else if (reply != null) {
        call.deliver(Reply.of(reply));
      }
    } catch (Throwable failure) { // such as a clock that has stopped with the server
      settle(failure);
    } finally {
      whenOver.accept(this);
    }
  }

  private @Nullable RawReply handled(RawHandler<I, P> handler, RawRequest request) {
    try {
      if (call.reply().isDone()) {
        return null;
      }
      if (abandoned()) { // by a server that shuts down while this waited for a thread
        throw gone();
      }
      RawReply reply = handler.handle(request, this);
      if (reply == null) {
        throw new IllegalStateException("the handler of a raw request returned null");
      }
      return reply;
    } catch (Throwable failure) { // the handler's code may throw anything, and somebody waits
      settle(failure);
      return null;
    } finally {
      call.body().release();
      call.release();
    }
  }

  private void timeOut() {
    Reply tooLate = Replies.failure(new DeadlineExceededException("The reply was not ready"));
    if (call.reply().complete(tooLate)) { // else it has begun in time, and may go on
      abandon("the deadline has passed");
    }
  }

  private void settle(Throwable failure) {
    if (!call.reply().isDone()) {
      call.complete(reply(failure));
    } else if (!(failure instanceof ClientGoneException
        || failure instanceof InvalidInputException)) {
      LOG.warn("A handler failed when nobody waited for it any more", failure);
    }
  }

  /** The handler's instances are not the caller's: their numbers would mean nothing there. */
  private static Reply reply(Throwable failure) {
    return failure instanceof InvalidInputException invalid && invalid.index() >= 0
        ? Replies.failure(new InvalidInputException(String.valueOf(invalid.getMessage())))
        : Replies.failure(failure);
  }

  private void write(RawReply reply, RawReply.Writer writer) {
    PieceStream out = new PieceStream(() -> begin(reply), this::clientGone, LONGEST_STALL);
    stream = out;
    if (abandoned()) { // perhaps by somebody who has not seen the stream
      out.abandon(String.valueOf(abandoned));
    }
    boolean events = MediaType.of(reply.mediaType()).name().equals("text/event-stream");
    ScheduledFuture<?> keepAlive = events ? threads.every(KEEP_ALIVE, out::keepAlive) : null;
    try {
      writer.write(out);
      out.complete();
    } catch (Throwable failure) { // as above
      breakOff(out, failure, events);
    } finally {
      if (keepAlive != null) {
        keepAlive.cancel(false);
      }
    }
  }

  private void begin(RawReply reply) {
    PieceStream out = stream;
    if (out != null && !call.reply().complete(Reply.of(reply, out))) {
      out.cancel();
    }
  }

  private void breakOff(PieceStream out, Throwable failure, boolean events) {
    if (!out.begun()) {
      settle(failure);
      return;
    }
    Reply reply = reply(failure);
    String event = "event: error\ndata: " + StandardCharsets.UTF_8.decode(reply.body()) + "\n\n";
    out.fail(failure, events ? event.getBytes(StandardCharsets.UTF_8) : null);
  }

  private void clientGone() {
    abandon("the client has gone");
  }

  /** Ends the call as soon as its handler asks for anything. */
  void abandon(String reason) {
    if (abandoned == null) {
      abandoned = reason;
    }
    PieceStream out = stream;
    if (out != null) {
      out.abandon(reason);
    }
    predictions.forEach(prediction -> prediction.cancel(false));
  }

  /** Abandons the call and answers it: its handler does not end, or never had a thread. */
  void giveUp(String reason) {
    abandon(reason);
    call.fail(gone());
  }

  @Override
  public boolean abandoned() {
    return abandoned != null;
  }

  @Override
  public List<P> predict(List<I> instances, Parameters parameters) {
    if (abandoned()) {
      throw gone();
    }
    long deadline = System.nanoTime() + call.timeout().toNanos();
    CallRequest request = new CallRequest(call.head().headers(), this::abandoned, deadline);
    try {
      return model.predict(instances, parameters, request, this::cancelWithCall);
    } catch (CancellationException e) {
      throw gone();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @SuppressWarnings("CollectionUndefinedEquality") // promises are told apart by identity
  private void cancelWithCall(CompletableFuture<?> predicted) {
    predictions.add(predicted);
    var unused = predicted.whenComplete((done, failure) -> predictions.remove(predicted));
    if (abandoned()) { // since the look before it was added
      predicted.cancel(false);
    }
  }

  private ClientGoneException gone() {
    return new ClientGoneException(String.valueOf(abandoned));
  }
}
