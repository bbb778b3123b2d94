package io.github.vertexj.djl;

/**
 * Keeps DJL from the network: without this it downloads native libraries that are missing, and
 * reports its first start to its makers.
 */
final class OfflineMode {
  private OfflineMode() {}

  /** Sets DJL's own system properties; must come before the first use of its engine. */
  static void enter() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }
}
