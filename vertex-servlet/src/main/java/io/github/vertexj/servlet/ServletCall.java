package io.github.vertexj.servlet;

import io.github.vertexj.serving.Call;
import io.github.vertexj.serving.Reply;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Call} on its way through a servlet container: body in, reply out.
 *
 * <p>The container calls the listeners one at a time. What it does not know of, the predictor's
 * thread and whoever looks for the client, meets it in the state, which is guarded by this.
 */
final class ServletCall implements ReadListener, WriteListener, PredictionServlet.Call {
  private static final Logger LOG = LoggerFactory.getLogger(ServletCall.class);
  private static final int READ_BYTES = 16 * 1024;

  private enum State {
    READING,
    WAITING,
    REPLYING,
    BROKEN_OFF,
    OVER
  }

  private final PredictionServlet servlet;
  private final Call call;
  private final HttpServletResponse response;
  private final AsyncContext async;
  private final ServletInputStream in;
  private final ServletOutputStream out;

  private State state = State.READING;
  private volatile @Nullable Runnable replyMaking;
  private boolean written;
  private volatile @Nullable PieceSender sender; // set on a thread of the container, once

  ServletCall(
      PredictionServlet servlet,
      Call call,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    this.servlet = servlet;
    this.call = call;
    this.response = response;
    async = request.startAsync();
    async.setTimeout(0); // the call has a deadline for predictions, the container one for reads
    in = request.getInputStream();
    out = response.getOutputStream();
  }

  /** Begins to read the body; the container calls back. */
  void begin() {
    var unused = call.reply().whenComplete((reply, cancelled) -> replied(reply));
    in.setReadListener(this);
  }

  @Override
  public void onDataAvailable() throws IOException {
    byte[] bytes = new byte[READ_BYTES];
    while (in.isReady()) {
      int count = in.read(bytes);
      if (count < 0 || !call.append(bytes, 0, count)) {
        return; // the container calls onAllDataRead, or the reply is on its way
      }
    }
  }

  @Override
  public void onAllDataRead() {
    if (enter(State.READING, State.WAITING)) { // else the body was refused with its last bytes
      if (call.quick()) {
        call.run(this::replyLater, false);
      } else {
        start();
      }
    }
  }

  /** Leaves this thread, which holds the connection and must not hold it so long. */
  private void start() {
    try {
      async.start(() -> call.run(this::replyLater, true));
    } catch (RuntimeException refused) { // by a container that has no thread left, or stops
      call.noThread();
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

  private void replied(@Nullable Reply reply) {
    if (reply == null) {
      return; // cancelled, by whoever saw the client go
    }
    boolean early = enter(State.READING, State.REPLYING);
    if (early) {
      response.setHeader("Connection", "close"); // so that the rest need not be read
    }
    if (early || enter(State.WAITING, State.REPLYING)) {
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
    Runnable making = replyMaking;
    if (making != null) {
      replyMaking = null;
      making.run();
    }
    Reply reply = call.reply().getNow(null); // made just now, or by the thread that has said so
    if (reply != null) {
      write(reply);
    }
  }

  private void write(Reply reply) throws IOException {
    if (!written) {
      servlet.writeHead(reply, response);
    }
    Flow.Publisher<ByteBuffer> pieces = reply.stream();
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
      PredictionServlet.write(reply.body(), out);
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
    call.close();
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
    call.close();
    if (mayComplete) {
      complete();
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
      call.close();
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
