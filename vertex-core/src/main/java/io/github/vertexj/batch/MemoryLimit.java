package io.github.vertexj.batch;

/**
 * The number of instances believed to fit into a device's memory.
 *
 * <p>Halved when a batch did not fit, doubled again after a while of full batches that did, so that
 * neither every batch fails first nor one bad moment makes batches small for good. Not thread-safe:
 * it belongs to whoever uses its worker.
 */
final class MemoryLimit {
  /** How many full batches must fit before a larger one is tried: one failure in 100 is cheap. */
  static final int PATIENCE = 100;

  private final int ceiling;
  private int size;
  private int fitted;

  MemoryLimit(int ceiling) {
    this.ceiling = ceiling;
    this.size = ceiling;
  }

  /** The most instances to try at once, at least 1. */
  int size() {
    return size;
  }

  /** Learns that a batch did not fit. */
  void failed(int instances) {
    size = Math.max(1, Math.min(size, instances / 2));
    fitted = 0;
  }

  /** Learns that a batch fitted. */
  void fitted(int instances) {
    if (size < ceiling && instances >= size && ++fitted == PATIENCE) {
      size = Math.min(ceiling, 2 * size);
      fitted = 0;
    }
  }
}
