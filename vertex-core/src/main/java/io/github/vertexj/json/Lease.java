package io.github.vertexj.json;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An array on loan from a pool, which is given back once. Thread-safe. */
public final class Lease implements AutoCloseable {
  private final BytePool pool;
  private final AtomicReference<byte @Nullable []> array;

  /**
   * Takes the array over.
   *
   * @param array null if nothing was lent
   */
  public Lease(BytePool pool, byte @Nullable [] array) {
    this.pool = pool;
    this.array = new AtomicReference<>(array);
  }

  /** Gives the array back: nobody may touch it from now on. Later calls do nothing. */
  @Override
  public void close() {
    byte[] lent = array.getAndSet(null);
    if (lent != null) {
      pool.release(lent);
    }
  }
}
