package io.github.vertexj.emulator;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads the body of a request, up to an endpoint's limit. */
final class RequestBody {
  private RequestBody() {}

  /**
   * Reads the whole body, and asks for it first where the client waits to be asked ({@code Expect:
   * 100-continue}).
   *
   * @throws RefusedException if it is too large; a client that waits has sent nothing of it then,
   *     from another it is read to its end, so that the client sees the reply
   */
  static byte[] read(HttpServerExchange exchange, EndpointProfile profile) throws IOException {
    boolean announced = exchange.getRequestContentLength() > profile.maxBodyBytes();
    if (HttpContinue.requiresContinueResponse(exchange)) {
      if (announced) {
        throw new RefusedException(PlatformErrors.requestTooLarge(profile));
      }
      HttpContinue.sendContinueResponseBlocking(exchange);
    }
    InputStream in = exchange.getInputStream();
    byte[] body = in.readNBytes(announced ? 0 : profile.maxBodyBytes() + 1);
    if (!announced && body.length <= profile.maxBodyBytes()) {
      return body;
    }
    in.transferTo(OutputStream.nullOutputStream());
    throw new RefusedException(PlatformErrors.requestTooLarge(profile));
  }
}
