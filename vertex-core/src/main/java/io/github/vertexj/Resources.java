package io.github.vertexj;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a model holds, closed once, the last first. */
final class Resources implements AutoCloseable {
  private final List<AutoCloseable> all;
  private final AtomicBoolean closed = new AtomicBoolean();

  Resources(List<AutoCloseable> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      close(all.size() - 1);
    }
  }

  /** Closes one and those before it, in spite of failures. */
  private void close(int last) {
    if (last >= 0) {
      try {
        all.get(last).close();
      } catch (Exception e) {
        throw new IllegalStateException("the model could not be closed: " + e.getMessage(), e);
      } finally {
        close(last - 1);
      }
    }
  }
}
