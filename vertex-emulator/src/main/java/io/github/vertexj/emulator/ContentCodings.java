package io.github.vertexj.emulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * The codings of a request's body, taken off where the platform reads the body itself.
 *
 * <p>Google's Java client for REST compresses every body. That {@code gzip} and {@code deflate} are
 * all that the platform reads, and that its limit counts what comes out, are assumptions.
 */
final class ContentCodings {
  private ContentCodings() {}

  /**
   * Returns a body without its codings.
   *
   * @param headers the request's, by names that are compared without case
   * @throws RefusedException if there is one that is not known, the body is not in it, or what
   *     comes out is too large
   */
  static byte[] decoded(Map<String, List<String>> headers, byte[] body, EndpointProfile profile) {
    List<String> codings = codings(headers);
    byte[] decoded = body;
    for (int i = codings.size() - 1; i >= 0; i--) {
      decoded = decoded(codings.get(i), decoded, profile);
    }
    return decoded;
  }

  private static List<String> codings(Map<String, List<String>> headers) {
    List<String> codings = new ArrayList<>();
    for (String value : headers.getOrDefault("Content-Encoding", List.of())) {
      for (String coding : value.split(",", -1)) {
        codings.add(coding.strip().toLowerCase(Locale.ROOT));
      }
    }
    return codings;
  }

  private static byte[] decoded(String coding, byte[] body, EndpointProfile profile) {
    try (InputStream in = decoder(coding, new ByteArrayInputStream(body))) {
      byte[] decoded = in.readNBytes(profile.maxBodyBytes() + 1);
      if (decoded.length > profile.maxBodyBytes()) {
        throw new RefusedException(PlatformErrors.requestTooLarge(profile));
      }
      return decoded;
    } catch (IOException e) {
      throw new RefusedException(
          PlatformErrors.invalidArgument(
              "The body is not in its Content-Encoding, " + coding + "."));
    }
  }

  private static InputStream decoder(String coding, InputStream body) throws IOException {
    return switch (coding) {
      case "", "identity" -> body;
      case "gzip", "x-gzip" -> new GZIPInputStream(body);
      case "deflate" -> new InflaterInputStream(body);
      default ->
          throw new RefusedException(
              PlatformErrors.invalidArgument(
                  "Content-Encoding \"" + coding + "\" is not supported: use gzip."));
    };
  }
}
