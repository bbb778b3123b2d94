package io.github.vertexj.attack;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Bytes that are no HTTP, or hardly. */
final class Garbage {
  private static final int SEED = 20_261_128;
  private static final int RANDOM_BYTES = 2000;

  private static final List<String> LENGTHS =
      List.of(
          "Content-Length: 99999999999999999999",
          "Content-Length: 9223372036854775807",
          "Content-Length: -1",
          "Content-Length: +5",
          "Content-Length: 0x10",
          "Content-Length: 5, 6",
          "Content-Length: 5\r\nContent-Length: 6",
          "Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: identity, chunked",
          "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
          "Transfer-Encoding: chunked\r\n\r\n1_1\r\nx",
          "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
          "Transfer-Encoding: chunked\r\n\r\n5;" + "x".repeat(100_000));

  private static final List<String> REQUESTS =
      List.of(
          "\r\n\r\n\r\n",
          "GET\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
          "CONNECT victim:443 HTTP/1.1\r\nHost: victim\r\n\r\n",
          "GET http://[::1/health HTTP/1.1\r\nHost: victim\r\n\r\n",
          "GET /%zz%00 HTTP/1.1\r\nHost: victim\r\n\r\n",
          "GET /../../etc/passwd HTTP/1.1\r\nHost: victim\r\n\r\n",
          "GET /" + "a".repeat(200_000) + " HTTP/1.1\r\nHost: victim\r\n\r\n",
          "GET /health HTTP/9.9\r\nHost: victim\r\n\r\n",
          "GET /health HTTP/1.1\r\nHost: victim\r\nX: " + "a".repeat(1_000_000) + "\r\n\r\n",
          "GET /health HTTP/1.1\r\nHost: victim\r\n" + "A: b\r\n".repeat(5000) + "\r\n",
          "GET /health HTTP/1.1\r\nHost: victim\r\nX\u0000: y\r\n\r\n",
          "POST /predict HTTP/1.1\r\nHost: victim\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
          "GET /health HTTP/1.1\r\nHost: victim\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
          "GET /health HTTP/1.1\r\nHost: victim\r\n\r\n".repeat(1000));

  private Garbage() {}

  static List<Attack> all() {
    return List.of(
        Attack.survivable("garbage/lengths", (target, time) -> lengths(target)),
        Attack.survivable("garbage/requests", (target, time) -> requests(target)),
        Attack.survivable("garbage/random", Garbage::random));
  }

  private static void lengths(Target target) {
    for (String length : LENGTHS) {
      target.raw(Target.head("application/json", length));
    }
  }

  private static void requests(Target target) {
    for (String request : REQUESTS) {
      target.raw(Target.bytes(request));
    }
  }

  private static void random(Target target, Duration time) throws InterruptedException {
    Random random = new Random(SEED);
    long end = System.nanoTime() + time.toNanos();
    try (Siege siege = new Siege(target)) {
      while (System.nanoTime() < end) {
        byte[] bytes = new byte[random.nextInt(RANDOM_BYTES)];
        random.nextBytes(bytes);
        siege.open(bytes);
        siege.open(Target.bytes("POST /predict HTTP/1.1\r\n" + Target.bytes("x").length));
        Thread.sleep(10);
      }
    }
  }
}
