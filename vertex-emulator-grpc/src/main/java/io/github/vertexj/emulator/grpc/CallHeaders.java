package io.github.vertexj.emulator.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The headers of one call: the one that a dedicated endpoint is found by, and those that the reply
 * begins with.
 *
 * @param endpointId the value of {@code x-vertex-ai-endpoint-id}
 * @param ofReply is sent before the first message
 */
record CallHeaders(Optional<String> endpointId, Metadata ofReply) {
  private static final Metadata.Key<String> ENDPOINT_ID =
      Metadata.Key.of("x-vertex-ai-endpoint-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<CallHeaders> KEY = Context.key("headers");

  /** Returns those of the call whose method this thread has been given to answer. */
  static CallHeaders current() {
    return KEY.get();
  }

  void addToReply(Map<String, List<String>> headers) {
    headers.forEach(
        (name, values) -> {
          Metadata.Key<String> key =
              Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
          values.forEach(value -> ofReply.put(key, value));
        });
  }

  /** Takes the headers off each call, and puts them on each reply. */
  static final class Interceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      CallHeaders all =
          new CallHeaders(Optional.ofNullable(headers.get(ENDPOINT_ID)), new Metadata());
      ServerCall<Q, A> replying =
          new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata ofTransport) {
              ofTransport.merge(all.ofReply);
              super.sendHeaders(ofTransport);
            }
          };
      return Contexts.interceptCall(Context.current().withValue(KEY, all), replying, headers, next);
    }
  }
}
