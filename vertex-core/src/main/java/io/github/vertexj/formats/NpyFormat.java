package io.github.vertexj.formats;

import io.github.vertexj.Parameters;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.TensorType;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.MalformedBinaryException;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.tensor.TensorMemory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An array as {@code numpy.save} writes it, in and out: its rows are the instances, and the rows of
 * the reply the predictions.
 *
 * <p>There is no place for parameters or metadata. Thread-safe.
 */
final class NpyFormat<I, P> implements BodyFormat<I, P> {
  static final String MEDIA_TYPE = NpyRows.MEDIA_TYPE;

  private final InstanceRows<I> rows;
  private final EnvelopeFormat<I, P> envelope;
  private final int maxRank;
  private final BytePool pool;

  NpyFormat(InstanceRows<I> rows, EnvelopeFormat<I, P> envelope, int maxRank, BytePool pool) {
    this.rows = rows;
    this.envelope = envelope;
    this.maxRank = maxRank;
    this.pool = pool;
  }

  @Override
  public Exchange<I, P> read(RequestHeaders headers, Document body) {
    int offset = body.offset();
    int length = body.length();
    ByteBuffer file = ByteBuffer.wrap(body.bytes(), offset, length);
    NpyHeader header = NpyHeader.read(file, maxRank);
    ByteBuffer elements = file.slice(offset + header.dataAt(), length - header.dataAt());
    header.requireFilled(elements.remaining());
    TensorMemory memory = new TensorMemory(pool, body.allowance());
    try {
      List<@Nullable I> instances =
          rows.read(List.of(copy(header, elements, memory)), memory, length, new HeaderFault());
      return new NpyExchange<>(
          envelope.exchange(
              new PredictRequest<>(instances, Parameters.absent(), null, memory.detach())),
          pool);
    } finally {
      memory.release();
    }
  }

  private static BatchTensor copy(NpyHeader header, ByteBuffer file, TensorMemory memory) {
    ByteBuffer elements = header.half() ? HalfFloats.widened(file) : file;
    int length = elements.remaining();
    if (!memory.ensure(length, length)) {
      throw new MalformedBinaryException(TensorMemory.TOO_LARGE, header.dataAt());
    }
    if (!memory.append(elements, header.type())) {
      throw new MalformedBinaryException(TensorMemory.NO_BOOL, header.dataAt());
    }
    return new BatchTensor("", new TensorMemory.Place(header.type(), header.shape(), 0));
  }

  /** Every fault of the array as a whole lies in its header. */
  private record HeaderFault() implements BatchTensor.Fault {
    @Override
    public BadBodyException at(int tensor, String property, String fault) {
      boolean several = tensor < 0 || property.equals("name");
      return new MalformedBinaryException(
          several ? "the model takes several tensors, and a .npy file holds one" : fault, 0);
    }

    @Override
    public String typeName(TensorType type) {
      return type.toString();
    }
  }

  /** A request that was an array; predictions that are no tensors are written in an envelope. */
  private record NpyExchange<I, P>(Exchange<I, P> enveloped, BytePool pool)
      implements Exchange<I, P> {

    @Override
    public PredictRequest<I> request() {
      return enveloped.request();
    }

    @Override
    public WrittenReply write(List<P> predictions, @Nullable Object metadata) {
      if (!PredictionStack.areTensors(predictions)) {
        return enveloped.write(predictions, metadata);
      }
      PooledBuffer buffer = PooledBuffer.lease(pool);
      boolean written = false;
      try {
        NpyRows.write(predictions, buffer);
        written = true;
        return new WrittenReply(buffer, MEDIA_TYPE, Map.of());
      } finally {
        if (!written) {
          buffer.close();
        }
      }
    }
  }
}
