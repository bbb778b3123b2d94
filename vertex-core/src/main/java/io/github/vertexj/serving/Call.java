package io.github.vertexj.serving;

import io.github.vertexj.OverloadedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head to the last byte of its reply.
 *
 * <p>{@link PredictionHandler#call} makes it of the head, which often decides the {@linkplain
 * #reply reply} already. If not, an adapter {@linkplain #append appends} the body as it comes and,
 * when that is complete, {@linkplain #run runs} the call. The reply may come at any time, before
 * the body is complete too: then the adapter sends it and closes the connection, since the rest of
 * the body is not wanted. When the reply is sent, or the client has gone, the adapter {@linkplain
 * #close closes} the call, which gives back all that it holds.
 *
 * <p>The body is appended by one thread at a time, before the call is run; all else is thread-safe.
 */
public final class Call implements AutoCloseable {

  /** The writing of a reply, once there is something to write. */
  interface Writing {
    /** Whether it takes only moments, whoever wrote the model. */
    boolean quick();

    /** Writes the reply; must not throw. */
    Reply write();
  }

  private final RequestHead head;
  private final @Nullable Destination destination; // null if the head decides the reply
  private final @Nullable Holdings holdings; // likewise
  private final Duration timeout;
  private final CompletableFuture<Reply> reply;
  private final AtomicInteger holders = new AtomicInteger(1); // this itself, until it is closed
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean announced = new AtomicBoolean();
  private final AtomicReference<@Nullable Writing> due = new AtomicReference<>();
  private volatile @Nullable Runnable whenUnused;
  private volatile boolean started;
  private volatile boolean quick; // once it is started
  private volatile Executor executor = Runnable::run;
  private Uploads.@Nullable Upload upload;
  private @Nullable Thread runner; // equal to the current thread only for that one itself

  /**
   * What a call holds until its end.
   *
   * @param body its bytes
   * @param memory what it has taken of the memory for all
   */
  record Holdings(Body body, RequestMemory memory) {}

  /**
   * Creates a call that waits for its body.
   *
   * @param timeout how long the reply may take from the complete body on
   */
  Call(RequestHead head, Destination destination, Holdings holdings, Duration timeout) {
    this.head = head;
    this.destination = destination;
    this.holdings = holdings;
    this.timeout = timeout;
    this.reply = new CompletableFuture<>();
  }

  private Call(RequestHead head, Reply reply) {
    this.head = head;
    this.destination = null;
    this.holdings = null;
    this.timeout = Duration.ZERO;
    this.reply = CompletableFuture.completedFuture(reply);
  }

  /** Returns a call whose head decides the reply. */
  static Call settled(RequestHead head, Reply reply) {
    return new Call(head, reply);
  }

  /** Begins to wait for the body. */
  void begin(Uploads uploads) {
    if (destination != null) {
      destination.announce();
      announced.set(true);
      upload = uploads.begin(this);
    }
  }

  /**
   * The promise of the reply, which is done already if the head decides it. To cancel it is to say
   * that the client has gone: work that still waits is not done then.
   */
  public CompletableFuture<Reply> reply() {
    return reply;
  }

  /**
   * Appends what a buffer holds to the body.
   *
   * @return false if the rest of the body need not be read, since there is a {@link #reply}
   */
  public boolean append(ByteBuffer bytes) {
    if (holdings == null || upload == null || reply.isDone() || !hold()) {
      return false;
    }
    try {
      Reply refusal = holdings.body.append(bytes);
      upload.received(holdings.body.length());
      if (refusal != null) {
        complete(refusal);
      }
    } finally {
      release();
    }
    return !reply.isDone();
  }

  /**
   * Appends part of an array to the body.
   *
   * @return as {@link #append(ByteBuffer)}
   */
  public boolean append(byte[] bytes, int offset, int count) {
    return append(ByteBuffer.wrap(bytes, offset, count));
  }

  /** Says that the body cannot be read to its end, as with malformed chunks: status 400. */
  public void bodyBroken() {
    complete(Replies.brokenBody());
  }

  /** Says that the body does not come on: status 408. */
  public void bodyStalled() {
    complete(Replies.stalledBody());
  }

  /** Says that there is no thread to run it, as when the HTTP server stops: status 503. */
  public void noThread() {
    complete(Replies.noThread());
  }

  /**
   * Whether the next step takes only moments, so that a thread that must not be held up, such as
   * one that serves many connections, may take it itself: first to {@link #run} a call, if that is
   * to read a small body of tensors; later to write a small reply of them.
   */
  public boolean quick() {
    return started ? quick : destination != null && destination.quick(body().length());
  }

  /**
   * Answers the complete request: reads it and submits it to the model, or to its raw handler.
   *
   * <p>A thread that may block converts the instances and, when a predictor is free, runs it. This
   * may then return long after the {@link #reply} has come, as when the predictor hangs beyond the
   * deadline: so attach what sends the reply before. It never throws.
   *
   * @param next runs the next step, the writing of the reply, when another thread has come to it;
   *     may ask {@link #quick} where. A step that is run after {@link #close} does nothing
   * @param mayBlock whether this thread may be held up; must be so unless this is {@link #quick}
   */
  public void run(Executor next, boolean mayBlock) {
    if (destination == null || !hold()) {
      return;
    }
    started = true;
    uploaded();
    executor = next;
    runner = mayBlock ? Thread.currentThread() : null;
    try {
      if (!reply.isDone()) {
        destination.answer(this);
      }
    } catch (Throwable failure) { // an unknown format, or no memory to read the body
      fail(failure);
    } finally {
      runner = null;
      release();
    }
  }

  /** Ends the call: its reply is sent, or its client has gone. May be called again. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      uploaded();
      reply.cancel(false);
      abandonWriting();
      Reply made = reply.isCompletedExceptionally() ? null : reply.getNow(null);
      if (made != null) {
        made.release();
      }
      release();
    }
  }

  private void uploaded() {
    if (upload != null) {
      upload.over();
    }
  }

  RequestHead head() {
    return head;
  }

  Body body() {
    return holdings().body;
  }

  /** What it has taken of the memory for all requests. */
  RequestMemory memory() {
    return holdings().memory;
  }

  private Holdings holdings() {
    if (holdings == null) {
      throw new IllegalStateException("a call whose head decides the reply has no body");
    }
    return holdings;
  }

  Duration timeout() {
    return timeout;
  }

  /** Runs what is left to do when another thread has come to it. */
  Executor executor() {
    return executor;
  }

  /** Whether the calling thread is running this call and may be held up. */
  boolean mayBlock() {
    return Thread.currentThread() == runner;
  }

  /** Answers the call, unless it is answered. */
  void complete(Reply made) {
    if (!reply.complete(made)) {
      made.release(); // the client has gone, or the deadline has passed
    }
  }

  /**
   * Answers the call with what was made for it, unless there is no memory to keep that until the
   * client has taken it.
   */
  void deliver(Reply made) {
    try {
      memory().takeReply(made.length());
      complete(made);
    } catch (OverloadedException full) {
      made.release();
      fail(full);
    }
  }

  /** Answers the call with what a failure means to its client. */
  void fail(Throwable failure) {
    complete(Replies.failure(failure));
  }

  /**
   * Answers the call when predictions are there; a reply that nobody waits for any more cancels
   * them. {@linkplain #hold Held} until then.
   */
  void follow(CompletableFuture<?> predicted, Writing writing) {
    var unused = predicted.whenComplete((done, failure) -> proceed(writing));
    var ignored = reply.whenComplete((done, failure) -> predicted.cancel(false));
  }

  private void proceed(Writing writing) {
    if (reply.isDone()) {
      release();
    } else if (mayBlock()) {
      write(writing);
    } else {
      quick = writing.quick();
      due.set(writing);
      executeWriting();
      if (reply.isDone()) { // since the look before, so perhaps no thread comes to it
        abandonWriting();
      }
    }
  }

  private void executeWriting() {
    try {
      executor.execute(this::writeIfDue);
    } catch (RuntimeException refused) { // by an adapter that stops
      writeIfDue();
    }
  }

  private void writeIfDue() {
    Writing writing = due.getAndSet(null);
    if (writing != null) {
      write(writing);
    }
  }

  private void write(Writing writing) {
    try {
      deliver(writing.write());
    } finally {
      release();
    }
  }

  private void abandonWriting() {
    if (due.getAndSet(null) != null) {
      release();
    }
  }

  /** Says that no request follows the announcement of one, unless the batcher has been told. */
  void unannounce() {
    if (destination != null && takeAnnouncement()) {
      destination.unannounce();
    }
  }

  /** Takes the announcement over: who calls this submits the request. */
  boolean takeAnnouncement() {
    return announced.compareAndSet(true, false);
  }

  /** Keeps what is to be done when nothing is held any more: memory to be given back. */
  void whenUnused(Runnable task) {
    whenUnused = task;
  }

  /**
   * Holds the memory of this call until {@link #release}.
   *
   * @return false if it is gone
   */
  boolean hold() {
    int before = holders.get();
    while (before > 0 && !holders.compareAndSet(before, before + 1)) {
      before = holders.get();
    }
    return before > 0;
  }

  /** Releases what was held once. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      unannounce();
      Runnable task = whenUnused;
      if (task != null) {
        task.run();
      }
      if (holdings != null) {
        holdings.body.release();
        holdings.memory.giveBack();
      }
    }
  }
}
