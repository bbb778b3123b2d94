package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.Model;
import io.undertow.Undertow;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.xnio.channels.StreamSourceChannel;

/**
 * The least an HTTP server can do: read the body from the request's channel into one buffer, and
 * send a fixed reply, all on the I/O thread. If it is given a model, it also reads and writes an
 * envelope and runs the model there, in between: the least that a prediction can be assembled from.
 */
final class BareServer {
  private static final byte[] REPLY = "{\"predictions\":[]}".getBytes(US_ASCII);

  private final HttpServerExchange exchange;
  private final Parts.Part work;
  private final ByteBuffer body;

  private BareServer(HttpServerExchange exchange, Parts.Part work) {
    this.exchange = exchange;
    this.work = work;
    this.body = ByteBuffer.allocate((int) exchange.getRequestContentLength());
  }

  /** Serves on the port given; a workload and its model's directory may follow. */
  public static void main(String[] arguments) throws Exception {
    ThreadLocal<Parts.Part> work = ThreadLocal.withInitial(() -> () -> {});
    if (arguments.length > 1) {
      Workload workload = Workload.valueOf(arguments[1]);
      Model model = Parts.load(Path.of(arguments[2]));
      work = ThreadLocal.withInitial(() -> prediction(workload, model));
    }
    ThreadLocal<Parts.Part> ofThread = work;
    Undertow.builder()
        .addHttpListener(
            Integer.parseInt(arguments[0]),
            "127.0.0.1",
            exchange -> accept(exchange, ofThread.get()))
        .build()
        .start();
  }

  private static Parts.Part prediction(Workload workload, Model model) {
    Parts.Part codec = Parts.codec(workload, 1);
    Parts.Part forward = Parts.model(workload, model, 1);
    return () -> {
      codec.once();
      forward.once();
    };
  }

  private static void accept(HttpServerExchange exchange, Parts.Part work) {
    if (exchange.getRequestContentLength() > 0) {
      StreamSourceChannel channel = exchange.getRequestChannel();
      BareServer request = new BareServer(exchange, work);
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
        work.once();
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(ByteBuffer.wrap(REPLY));
      } else {
        channel.resumeReads();
      }
    } catch (Exception failed) { // a connection broken off, or the model
      exchange.endExchange();
    }
  }
}
