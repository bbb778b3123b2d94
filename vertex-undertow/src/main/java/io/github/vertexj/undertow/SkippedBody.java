package io.github.vertexj.undertow;

import io.github.vertexj.serving.Reply;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.channels.Channels;
import org.xnio.channels.StreamSourceChannel;

/**
 * A chunked body that nobody wants, since the reply is known already: it is dropped before the
 * reply goes out, so that the connection lives on, unless it is long or slow to come.
 *
 * <p>Used on the exchange's I/O thread only.
 */
final class SkippedBody implements ChannelListener<StreamSourceChannel> {
  private static final int PATIENCE_SECONDS = 2;

  private final PredictionHttpHandler http;
  private final HttpServerExchange exchange;
  private final Reply reply;
  private long left;
  private boolean replied;

  /** Creates one of which at most so many bytes are read. */
  SkippedBody(PredictionHttpHandler http, HttpServerExchange exchange, Reply reply, int most) {
    this.http = http;
    this.exchange = exchange;
    this.reply = reply;
    this.left = most;
  }

  /** Begins to drop it; returns at once if it is not all here. */
  void skip() {
    StreamSourceChannel channel = exchange.getRequestChannel();
    channel.getReadSetter().set(this);
    WorkerUtils.executeAfter(
        exchange.getIoThread(), this::giveUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
    handleEvent(channel);
  }

  @Override
  public void handleEvent(StreamSourceChannel channel) {
    if (replied) {
      return;
    }
    try {
      long count = Channels.drain(channel, left);
      while (count > 0 && left > 0) {
        left -= count;
        count = Channels.drain(channel, left);
      }
      goOn(channel, count < 0);
    } catch (IOException clientHasGone) {
      replied = true;
      reply.close();
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }

  private void goOn(StreamSourceChannel channel, boolean ended) {
    if (ended) {
      replied = true;
      http.send(exchange, reply);
    } else if (left == 0) {
      giveUp();
    } else {
      channel.resumeReads();
    }
  }

  private void giveUp() {
    if (!replied) {
      replied = true;
      http.refuseBody(exchange, reply);
    }
  }
}
