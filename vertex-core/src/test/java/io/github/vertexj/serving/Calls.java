package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;

/** What an adapter does with calls, without HTTP. */
final class Calls {
  private Calls() {}

  /** The head of a request to the predict route. */
  static RequestHead predict(Map<String, String> headers) {
    return new RequestHead("POST", "/predict", null, headers::get);
  }

  /** Returns a call whose body is complete, or whose head decides the reply. */
  static Call gathered(PredictionHandler handler, RequestHead head, byte[] body) {
    Call call = handler.call(head);
    assertThat(call.append(body, 0, body.length) || call.reply().isDone()).isTrue();
    return call;
  }

  /** Sends a request and runs it on this thread. */
  static Call send(PredictionHandler handler, RequestHead head, byte[] body, Executor next) {
    Call call = gathered(handler, head, body);
    call.run(next, true);
    return call;
  }

  /** Waits for the reply. */
  static int status(Call call) {
    return call.reply().join().status();
  }

  /** Waits for the reply, and ends the call. */
  static byte[] bytes(Call call) {
    try (call) {
      Reply reply = call.reply().join();
      return Arrays.copyOf(reply.body().array(), reply.length());
    }
  }

  /** As {@link #bytes}. */
  static String text(Call call) {
    return new String(bytes(call), StandardCharsets.UTF_8);
  }
}
