package io.github.vertexj.client;

import io.github.vertexj.json.PooledBuffer;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.Flow;

/** A streamed reply, for which the request is sent when somebody subscribes. */
record EventPublisher(
    Transport transport, URI uri, JsonValue values, Object request, Duration timeout)
    implements Flow.Publisher<ServerEvent> {
  private static final int FIRST_BYTES = 4096;

  @Override
  public void subscribe(Flow.Subscriber<? super ServerEvent> subscriber) {
    EventStream stream = new EventStream(subscriber);
    subscriber.onSubscribe(stream);
    try {
      PooledBuffer body = PooledBuffer.unpooled(FIRST_BYTES);
      values.write(request, "request", body);
      stream.follow(
          transport.send(
              new Transport.Message(
                  uri,
                  "application/json",
                  BodyPublishers.ofByteArray(body.array(), 0, body.length())),
              stream,
              Deadline.after(timeout)));
    } catch (EndpointException e) {
      stream.fail(e);
    }
  }
}
