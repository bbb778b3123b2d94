package io.github.vertexj.undertow;

import io.github.vertexj.serving.Body;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.StreamSourceChannel;

/**
 * One prediction on its way through Undertow: body in, promise, reply out.
 *
 * <p>The body is read on the I/O thread straight from the request's channel, since Undertow's own
 * receiver of whole bodies copies byte by byte. Small ones of tensors are then predicted from
 * there, once the other bodies that have come are read, too: so these share a batch. All else is
 * for a worker. Meanwhile {@link ClientWatch} watches the connection. The reply is sent on the I/O
 * thread again: ended by another, the exchange could be found changing hands by that thread, which
 * spins until it is not.
 */
final class PredictionCall implements ChannelListener<StreamSourceChannel> {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionCall.class);
  private static final int LONGEST_STALL_SECONDS = 60;

  private final PredictionHttpHandler http;
  private final PredictionHandler handler;
  private final RequestHead head;
  private final HttpServerExchange exchange;
  private final Body body;
  private final ClientWatch client;
  private final CompletableFuture<Reply> promise = new CompletableFuture<>();

  private XnioExecutor.@Nullable Key stallCheck; // from the first pause of the body to its end
  private int lengthAtStallCheck;
  private @Nullable Reply streamed; // on the I/O thread

  PredictionCall(
      PredictionHttpHandler http,
      PredictionHandler handler,
      RequestHead head,
      HttpServerExchange exchange) {
    this.http = http;
    this.handler = handler;
    this.head = head;
    this.exchange = exchange;
    this.body = handler.newBody(head);
    this.client = new ClientWatch(exchange, this::clientGone);
  }

  /** Begins to read the body; returns at once if it is not all here. */
  void readBody() {
    StreamSourceChannel channel = exchange.getRequestChannel();
    channel.getReadSetter().set(this);
    handleEvent(channel);
  }

  @Override
  public void handleEvent(StreamSourceChannel channel) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      read(channel, pooled.getBuffer());
    } catch (IOException brokenOff) {
      giveUp(StatusCodes.BAD_REQUEST);
    }
  }

  private void read(StreamSourceChannel channel, ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    while (count > 0) {
      if (!body.append(buffer.flip())) {
        endOfBody();
        body.close();
        http.refuseBody(exchange, body.refusal());
        return;
      }
      count = channel.read(buffer.clear());
    }
    if (count < 0) {
      endOfBody();
      client.start();
      exchange.dispatch(exchange.getIoThread(), this::begin); // after what else has come in
    } else {
      if (stallCheck == null) {
        checkStallLater();
      }
      channel.resumeReads();
    }
  }

  private void checkStallLater() {
    lengthAtStallCheck = body.length();
    stallCheck =
        WorkerUtils.executeAfter(
            exchange.getIoThread(), this::checkStall, LONGEST_STALL_SECONDS, TimeUnit.SECONDS);
  }

  private void checkStall() {
    if (body.length() > lengthAtStallCheck) {
      checkStallLater();
    } else {
      giveUp(StatusCodes.REQUEST_TIME_OUT);
    }
  }

  private void endOfBody() {
    if (stallCheck != null) {
      stallCheck.remove();
    }
  }

  private void begin() {
    if (client.gone()) {
      body.close();
      return;
    }
    XnioIoThread own = exchange.getIoThread();
    XnioWorker workers = exchange.getConnection().getWorker();
    CompletableFuture<Reply> unused = promise.whenCompleteAsync(this::send, own);
    try {
      if (!handler.tryPredict(head, body, workers, own, promise)) {
        workers.execute(this::predict);
      }
    } catch (RuntimeException bug) {
      body.close();
      promise.completeExceptionally(bug);
    }
  }

  private void predict() {
    if (client.gone()) {
      body.close();
      return;
    }
    try {
      handler.predict(head, body, exchange.getConnection().getWorker(), promise);
    } catch (RuntimeException bug) {
      promise.completeExceptionally(bug);
    }
  }

  /** Ends the call; without a reply it was cancelled by {@link #clientGone}, or there is a bug. */
  private void send(@Nullable Reply reply, @Nullable Throwable failure) {
    if (reply != null && reply.stream() != null) {
      stream(reply, reply.stream());
    } else if (!client.stop()) {
      if (reply != null) {
        reply.close();
      }
    } else if (reply != null) {
      http.send(exchange, reply);
    } else {
      LOG.error("A request was not answered", failure);
      giveUp(StatusCodes.INTERNAL_SERVER_ERROR);
    }
  }

  /** Goes on watching the client: a writer that is silent for long would not notice. */
  private void stream(Reply reply, Flow.Publisher<ByteBuffer> pieces) {
    streamed = reply;
    if (client.gone()) {
      reply.close();
    } else {
      http.writeHead(exchange, reply);
      pieces.subscribe(new PieceSender(exchange, client::stop));
    }
  }

  private void clientGone() {
    promise.cancel(false);
    if (streamed != null) {
      streamed.close();
    }
    exchange.setPersistent(false);
    IoUtils.safeClose(exchange.getConnection());
  }

  private void giveUp(int status) {
    endOfBody();
    body.close();
    exchange.setPersistent(false);
    exchange.setStatusCode(status);
    exchange.endExchange();
  }
}
