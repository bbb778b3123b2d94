package io.github.vertexj.undertow;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The chunks of a request's body, whose faults are all {@code IOException}s.
 *
 * <p>Undertow's parser of chunks throws others for some malformed trailers, and gathers trailers of
 * any length. So this also gives up on a client that goes on sending what is no body: at most
 * {@link #MOST_FRUITLESS_READS} buffers of it. Used on the exchange's I/O thread only.
 */
final class ChunkedBody extends AbstractStreamSourceConduit<StreamSourceConduit> {
  private static final int MOST_FRUITLESS_READS = 64;

  private int fruitlessReads;
  private @Nullable IOException broken;

  private ChunkedBody(StreamSourceConduit chunks) {
    super(chunks);
  }

  /** Guards a body whose length is not announced; before anybody has asked for its channel. */
  static void guard(HttpServerExchange exchange) {
    if (!exchange.isRequestComplete() && exchange.getRequestContentLength() < 0) {
      exchange.addRequestWrapper((factory, same) -> new ChunkedBody(factory.create()));
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return (int) guarded(() -> next.read(target));
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return guarded(() -> next.read(targets, offset, length));
  }

  @Override
  public long transferTo(long position, long count, FileChannel target) throws IOException {
    return guarded(() -> next.transferTo(position, count, target));
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
      throws IOException {
    return guarded(() -> next.transferTo(count, through, target));
  }

  private long guarded(Read read) throws IOException {
    if (broken != null) {
      throw broken;
    }
    try {
      long count = read.read();
      fruitlessReads = count == 0 ? fruitlessReads + 1 : 0;
      if (fruitlessReads <= MOST_FRUITLESS_READS) {
        return count;
      }
      broken = new IOException("too much between the chunks");
    } catch (IOException brokenOff) {
      broken = brokenOff;
    } catch (RuntimeException malformed) {
      broken = new IOException("malformed chunks", malformed);
    }
    throw broken;
  }

  /** One way to read. */
  private interface Read {
    long read() throws IOException;
  }
}
