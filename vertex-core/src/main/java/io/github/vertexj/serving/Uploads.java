package io.github.vertexj.serving;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The requests whose bodies are on their way, each of which has to keep up a least rate: a client
 * that sends a byte now and then would hold a connection and its memory for ever.
 *
 * <p>Time is an argument. Thread-safe.
 */
final class Uploads {
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final long NANOS_A_BYTE = 1_000_000; // a kilobyte in a second

  private final LongSupplier nanoClock;
  private final Set<Upload> all = ConcurrentHashMap.newKeySet();

  Uploads(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** One upload. */
  final class Upload {
    private final Call call;
    private final long begun = nanoClock.getAsLong();
    private volatile long bytes;

    private Upload(Call call) {
      this.call = call;
    }

    /** Says how many bytes have come in all. */
    void received(int count) {
      bytes = count;
    }

    /** Says that it is over. */
    void over() {
      all.remove(this);
    }
  }

  /** Begins to watch a call's upload. */
  Upload begin(Call call) {
    Upload upload = new Upload(call);
    all.add(upload);
    return upload;
  }

  /** Refuses the uploads that are too slow. */
  void check() {
    long now = nanoClock.getAsLong();
    for (Upload upload : all) {
      if (now - upload.begun > PATIENCE_NANOS + upload.bytes * NANOS_A_BYTE) {
        upload.over();
        upload.call.bodyStalled();
      }
    }
  }
}
