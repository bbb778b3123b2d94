package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.undertow.Undertow;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.channels.StreamSourceChannel;

/**
 * The least an HTTP server can do: read the body from the request's channel into one buffer, and
 * send a fixed reply, all on the I/O thread.
 */
final class BareServer {
  private static final byte[] REPLY = "{\"predictions\":[]}".getBytes(US_ASCII);

  private final HttpServerExchange exchange;
  private final ByteBuffer body;

  private BareServer(HttpServerExchange exchange) {
    this.exchange = exchange;
    this.body = ByteBuffer.allocate((int) exchange.getRequestContentLength());
  }

  /** Serves on the port given. */
  public static void main(String[] arguments) {
    Undertow.builder()
        .addHttpListener(Integer.parseInt(arguments[0]), "127.0.0.1", BareServer::accept)
        .build()
        .start();
  }

  private static void accept(HttpServerExchange exchange) {
    if (exchange.getRequestContentLength() > 0) {
      StreamSourceChannel channel = exchange.getRequestChannel();
      BareServer request = new BareServer(exchange);
      channel.getReadSetter().set(request::read);
      request.read(channel);
    } else {
      exchange.getResponseSender().send("ready");
    }
  }

  private void read(StreamSourceChannel channel) {
    try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
      ByteBuffer buffer = pooled.getBuffer();
      int count = channel.read(buffer.clear());
      while (count > 0) {
        body.put(buffer.flip());
        count = channel.read(buffer.clear());
      }
      if (count < 0) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(ByteBuffer.wrap(REPLY));
      } else {
        channel.resumeReads();
      }
    } catch (IOException brokenOff) {
      exchange.endExchange();
    }
  }
}
