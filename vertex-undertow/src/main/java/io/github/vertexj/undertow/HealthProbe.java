package io.github.vertexj.undertow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;

/**
 * A health check of the server on this machine, for exec probes in an image without a shell
 * (C1.28).
 *
 * <p>Speaks HTTP by hand: a probe runs every few seconds beside the model, and an HTTP client takes
 * longer to load than all the rest.
 */
final class HealthProbe {
  private static final int PATIENCE_MILLIS = 10_000; // the platform's own, C1.31
  private static final String UNESCAPED = "-._~!$&'()*+,;=:@/%";

  private HealthProbe() {}

  /** Asks once; returns one line on what is wrong, or nothing if the answer was exactly 200. */
  static Optional<String> run(int port, String healthRoute) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .formatted(escaped(healthRoute));
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
      return line != null && line.matches("HTTP/1\\.[01] 200( .*)?")
          ? Optional.empty()
          : Optional.of("health is not 200 but " + (line == null ? "silence" : line));
    } catch (IOException e) {
      return Optional.of("no answer on port " + port + ": " + e.getMessage());
    }
  }

  private static String escaped(String route) {
    StringBuilder path = new StringBuilder();
    for (byte b : route.getBytes(UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'A' && b <= 'Z')
              || (b >= 'a' && b <= 'z')
              || UNESCAPED.indexOf(b) >= 0;
      path.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b));
    }
    return path.toString();
  }
}
