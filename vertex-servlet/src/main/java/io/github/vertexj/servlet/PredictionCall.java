package io.github.vertexj.servlet;

import io.github.vertexj.serving.Body;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prediction on its way through a servlet container: body in, promise, reply out.
 *
 * <p>The container calls the listeners one at a time. What it does not know of, the predictor's
 * thread and whoever looks for the client, meets it in the state, which is guarded by this.
 */
final class PredictionCall implements ReadListener, WriteListener, PredictionServlet.Call {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionCall.class);
  private static final int READ_BYTES = 16 * 1024;

  private enum State {
    READING,
    WAITING,
    REPLYING,
    BROKEN_OFF,
    OVER
  }

  private final PredictionServlet servlet;
  private final PredictionHandler handler;
  private final RequestHead head;
  private final HttpServletResponse response;
  private final AsyncContext async;
  private final ServletInputStream in;
  private final ServletOutputStream out;
  private final Body body;

  private final CompletableFuture<Reply> promise = new CompletableFuture<>();

  private State state = State.READING;
  private @Nullable Runnable replyMaking;
  private @Nullable Reply reply;
  private boolean written;
  private volatile @Nullable PieceSender sender; // set on a thread of the container, once

  PredictionCall(
      PredictionServlet servlet,
      RequestHead head,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    this.servlet = servlet;
    this.handler = servlet.handler();
    this.head = head;
    this.response = response;
    async = request.startAsync();
    async.setTimeout(0); // the handler has a deadline for predictions, the container one for reads
    in = request.getInputStream();
    out = response.getOutputStream();
    body = handler.newBody(head);
  }

  /** Begins to read the body; the container calls back. */
  void readBody() {
    in.setReadListener(this);
  }

  @Override
  public void onDataAvailable() throws IOException {
    byte[] bytes = new byte[READ_BYTES];
    while (in.isReady()) {
      int count = in.read(bytes);
      if (count < 0) {
        return; // the container calls onAllDataRead
      }
      if (!body.append(bytes, 0, count)) {
        body.close();
        response.setHeader("Connection", "close"); // so that the rest need not be read
        send(body.refusal());
        return;
      }
    }
  }

  @Override
  public void onAllDataRead() {
    if (enter(State.READING, State.WAITING)) { // else the body was refused with its last bytes
      var unused = promise.whenComplete(this::send);
      start();
    }
  }

  /** Leaves this thread, which holds the connection and must not hold it so long. */
  private void start() {
    try {
      async.start(this::predict);
    } catch (RuntimeException refused) { // by a container that has no thread left, or stops
      body.close();
      promise.completeExceptionally(refused);
    }
  }

  private void predict() {
    try {
      handler.predict(head, body, this::replyLater, promise);
    } catch (RuntimeException bug) {
      promise.completeExceptionally(bug);
    }
  }

  /**
   * Has the reply made by the container's thread that sends it: one hand-off, and no pool of ours.
   */
  private void replyLater(Runnable making) {
    replyMaking = making;
    if (enter(State.WAITING, State.REPLYING)) {
      out.setWriteListener(this);
    }
  }

  private void send(@Nullable Reply made, @Nullable Throwable failure) {
    if (made != null) {
      send(made);
    } else if (!promise.isCancelled()) {
      onError(Objects.requireNonNull(failure));
    }
  }

  private void send(Reply made) {
    reply = made;
    if (enter(State.READING, State.REPLYING) || enter(State.WAITING, State.REPLYING)) {
      out.setWriteListener(this);
    } // else onWritePossible has just made this reply and goes on with it, or the client has gone
  }

  @Override
  public void onWritePossible() throws IOException {
    PieceSender streaming = sender;
    if (streaming != null) {
      streaming.proceed();
      return;
    }
    if (replyMaking != null) {
      Runnable making = replyMaking;
      replyMaking = null;
      making.run();
    }
    if (reply == null) { // it was made just now, or by another thread that has yet to say so
      reply = Objects.requireNonNull(promise.getNow(null));
    }
    write(reply);
  }

  private void write(Reply made) throws IOException {
    if (!written) {
      servlet.writeHead(made, response);
    }
    Flow.Publisher<ByteBuffer> pieces = made.stream();
    if (pieces != null) {
      PieceSender streaming = new PieceSender(out, this::end, this::breakOff);
      sender = streaming;
      pieces.subscribe(streaming);
      return;
    }
    while (out.isReady()) { // once more after the body, to know that its memory is free again
      if (written) {
        end();
        return;
      }
      PredictionServlet.write(made.body(), out);
      written = true;
    }
  }

  @Override
  public boolean giveUpIf(BooleanSupplier clientGone) {
    PieceSender streaming = sender;
    if (streaming != null) {
      return streaming.goesOnUnless(clientGone);
    }
    synchronized (this) {
      if (state != State.WAITING || !clientGone.getAsBoolean()) {
        return state != State.OVER;
      }
      state = State.OVER;
    }
    promise.cancel(false);
    complete();
    return false;
  }

  /** Called by the container when the connection breaks, and for a bug of ours. */
  @Override
  public void onError(Throwable failure) {
    if (failure instanceof IOException) {
      LOG.debug("A request or its reply broke off", failure);
    } else {
      LOG.error("A request was not answered", failure);
      response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }
    if (enter(State.READING, State.OVER)) {
      body.close();
    }
    promise.cancel(false);
    PieceSender streaming = sender;
    if (streaming != null) {
      streaming.stop();
    }
    end();
  }

  private void end() {
    boolean mayComplete;
    synchronized (this) {
      mayComplete = state != State.BROKEN_OFF;
      state = mayComplete ? State.OVER : state;
    }
    closeReply();
    if (mayComplete) {
      complete();
    }
  }

  private void closeReply() {
    if (reply != null) {
      reply.close();
    }
  }

  private void complete() {
    try {
      async.complete();
    } catch (IllegalStateException e) {
      LOG.debug("The container has ended this request already", e);
    }
  }

  /**
   * Ends a reply in the midst of its body: the servlet is called once more and throws, which every
   * container takes for a reason to close the connection; completing would end the body well.
   */
  private void breakOff() {
    if (enter(State.REPLYING, State.BROKEN_OFF)) {
      closeReply();
      try {
        async.dispatch();
      } catch (IllegalStateException e) {
        LOG.debug("The container has ended this request already", e);
      }
    }
  }

  synchronized boolean brokenOff() {
    return state == State.BROKEN_OFF;
  }

  private synchronized boolean enter(State from, State to) {
    boolean possible = state == from;
    if (possible) {
      state = to;
    }
    return possible;
  }
}
