package io.github.vertexj;

import java.util.concurrent.ThreadFactory;

/** Virtual threads, where the JDK has them. */
final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * Returns what makes them, not started.
   *
   * @throws StartException if this JDK has none
   */
  static ThreadFactory factory() {
    try {
      Object builder =
          Thread.class.getMethod("ofVirtual").invoke(null); // since 21, we build for 17
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      throw new StartException(
          "virtual threads need JDK 21 or newer, and this is "
              + Runtime.version().feature()
              + "; use that, or leave virtual_threads out",
          e);
    }
  }
}
