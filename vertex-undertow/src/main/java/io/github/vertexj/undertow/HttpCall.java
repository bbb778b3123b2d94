package io.github.vertexj.undertow;

import io.github.vertexj.serving.Call;
import io.github.vertexj.serving.Reply;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * One {@link Call} on its way through Undertow: body in, reply out.
 *
 * <p>The body is read on the I/O thread straight from the request's channel, since Undertow's own
 * receiver of whole bodies copies byte by byte. Calls that are quick are then run from there, once
 * the other bodies that have come are read, too: so these share a batch. All else is for a worker.
 * Meanwhile {@link ClientWatch} watches the connection. The reply is sent on the I/O thread again:
 * ended by another, the exchange could be found changing hands by that thread, which spins until it
 * is not.
 */
final class HttpCall implements ChannelListener<StreamSourceChannel>, IoCallback {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);
  private static final int MAX_STALL_SECONDS = 60;
  private static final int MAX_SKIP_SECONDS = 2;
  private static final int MAX_SKIPPED_BYTES = 1024 * 1024;
  private static final int MAX_LINGER_SECONDS = 10;

  private final HttpServerExchange exchange;
  private final Call call;
  private final BooleanSupplier draining;
  private final ClientWatch client;

  // All used on the I/O thread only.
  private @Nullable Reply skippedFor; // the reply that the rest of a body is skipped for
  private boolean bodyOver;
  private boolean lingering;
  private long read;
  private XnioExecutor.@Nullable Key stallCheck; // from the first pause of the body to its end
  private @Nullable Reply streamed;

  HttpCall(HttpServerExchange exchange, Call call, BooleanSupplier draining) {
    this.exchange = exchange;
    this.call = call;
    this.draining = draining;
    this.client = new ClientWatch(exchange, this::clientGone);
  }

  /** Begins to read the body, if there is anything to learn from it; returns at once. */
  void begin() {
    Reply known = call.reply().getNow(null);
    if (known == null) {
      var unused = call.reply().whenCompleteAsync(this::replied, exchange.getIoThread());
      readBody();
    } else if (exchange.isRequestComplete() || announced(0, MAX_SKIPPED_BYTES)) {
      send(known); // Undertow then skips the body, so that the connection lives on
    } else if (announced(0, Long.MAX_VALUE)) {
      refuseRest(known);
    } else {
      skippedFor = known;
      after(MAX_SKIP_SECONDS, this::skipNoMore);
      readBody();
    }
  }

  private boolean announced(long least, long most) {
    long length = exchange.getRequestContentLength();
    return length >= least && length <= most;
  }

  private void readBody() {
    StreamSourceChannel channel = exchange.getRequestChannel();
    channel.getReadSetter().set(this);
    handleEvent(channel);
  }

  @Override
  public void handleEvent(StreamSourceChannel channel) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      read(channel, pooled.getBuffer());
    } catch (IOException brokenOff) {
      channel.suspendReads();
      if (lingering) {
        exchange.endExchange();
      } else if (skippedFor != null) {
        skipNoMore();
      } else {
        awaitReply();
        call.bodyBroken();
      }
    }
  }

  private void read(StreamSourceChannel channel, ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    while (count > 0) {
      read += count;
      if (!taken(buffer.flip())) {
        channel.suspendReads();
        awaitReply();
        return;
      }
      count = channel.read(buffer.clear());
    }
    if (count < 0) {
      complete();
    } else {
      checkStallLater();
      channel.resumeReads();
    }
  }

  /** Keeps Undertow from ending the exchange, since nothing is read and nothing is sent yet. */
  private void awaitReply() {
    if (!exchange.isResponseStarted()) {
      exchange.dispatch(exchange.getIoThread(), () -> {});
    }
  }

  /** Whether to read on. */
  private boolean taken(ByteBuffer bytes) {
    if (lingering) {
      return true;
    }
    if (skippedFor == null) {
      return call.append(bytes); // if not, the reply is on its way to this thread
    }
    if (read > MAX_SKIPPED_BYTES) {
      skipNoMore();
    }
    return !bodyOver;
  }

  private void complete() {
    endOfBody();
    if (lingering) {
      exchange.endExchange();
    } else if (skippedFor != null) {
      send(skippedFor);
    } else if (!call.reply().isDone()) {
      client.start();
      exchange.dispatch(exchange.getIoThread(), this::run); // after what else has come in
    }
  }

  private void endOfBody() {
    bodyOver = true;
    if (stallCheck != null) {
      stallCheck.remove();
    }
  }

  private void skipNoMore() {
    if (!bodyOver && skippedFor != null) {
      endOfBody();
      refuseRest(skippedFor);
    }
  }

  private void checkStallLater() {
    if (stallCheck == null && !lingering && skippedFor == null) {
      long before = read;
      stallCheck = after(MAX_STALL_SECONDS, () -> checkStall(before));
    }
  }

  private void checkStall(long before) {
    stallCheck = null;
    if (read > before) {
      checkStallLater();
    } else {
      call.bodyStalled();
    }
  }

  private XnioExecutor.Key after(int seconds, Runnable task) {
    return WorkerUtils.executeAfter(exchange.getIoThread(), task, seconds, TimeUnit.SECONDS);
  }

  private void run() {
    if (call.quick()) {
      call.run(this::execute, false);
    } else {
      try {
        exchange.getConnection().getWorker().execute(() -> call.run(this::execute, true));
      } catch (RejectedExecutionException stopping) {
        call.noThread();
      }
    }
  }

  /** Runs a step of the call where it may take as long as it does. */
  private void execute(Runnable step) {
    (call.quick() ? exchange.getIoThread() : exchange.getConnection().getWorker()).execute(step);
  }

  /** Ends the call; without a reply it was cancelled, since the client has gone. */
  private void replied(@Nullable Reply reply, @Nullable Throwable cancelled) {
    if (reply == null) {
      call.close();
    } else if (!bodyOver) {
      endOfBody();
      refuseRest(reply);
    } else if (reply.stream() != null) {
      stream(reply, reply.stream());
    } else if (client.stop()) {
      send(reply);
    } else {
      call.close();
    }
  }

  /** Sends a reply; what is left of the body is then skipped, so that the connection lives on. */
  private void send(Reply reply) {
    writeHead(reply);
    exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, reply.length());
    exchange.getResponseSender().send(reply.body(), this);
  }

  /**
   * Sends a reply instead of taking the rest of the body, and closes the connection a little later:
   * closed at once, the client's system would drop the reply while it still sends.
   */
  private void refuseRest(Reply reply) {
    lingering = true;
    exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
    send(reply);
  }

  private void writeHead(Reply reply) {
    exchange.setStatusCode(reply.status());
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, reply.mediaType());
    reply.headers().forEach((name, value) -> headers.put(HttpString.tryFromString(name), value));
    if (draining.getAsBoolean()) {
      headers.put(Headers.CONNECTION, "close"); // the next request had better go elsewhere
    }
  }

  /** Called when a reply has gone out. */
  @Override
  public void onComplete(HttpServerExchange unused, Sender sender) {
    call.close();
    if (lingering) {
      linger();
    } else {
      exchange.endExchange();
    }
  }

  /** Called when a reply will not go out. */
  @Override
  public void onException(HttpServerExchange unused, Sender sender, IOException failure) {
    call.close();
    IoUtils.safeClose(exchange.getConnection());
    exchange.endExchange();
  }

  private void linger() {
    StreamSourceChannel acquired = Connectors.getExistingRequestChannel(exchange);
    StreamSourceChannel channel = acquired == null ? exchange.getRequestChannel() : acquired;
    channel.getReadSetter().set(this);
    channel.resumeReads();
    lingerOn(MAX_LINGER_SECONDS);
  }

  /** Waits as long as the client sends, within reason: it may look for a reply only then. */
  private void lingerOn(int seconds) {
    long before = read;
    after(
        1,
        () -> {
          if (read == before || seconds == 1) {
            exchange.endExchange();
          } else {
            lingerOn(seconds - 1);
          }
        });
  }

  /** Goes on watching the client: a writer that is silent for long would not notice. */
  private void stream(Reply reply, Flow.Publisher<ByteBuffer> pieces) {
    streamed = reply;
    if (client.gone()) {
      call.close();
    } else {
      writeHead(reply);
      pieces.subscribe(new PieceSender(exchange, this::mayEndStream));
    }
  }

  private boolean mayEndStream() {
    call.close();
    return client.stop();
  }

  private void clientGone() {
    LOG.debug("A client has gone before {}", streamed == null ? "its reply" : "its reply's end");
    call.close();
    exchange.setPersistent(false);
    IoUtils.safeClose(exchange.getConnection());
  }
}
