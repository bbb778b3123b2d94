package io.github.vertexj.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.envelope.EnvelopeWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An envelope whose instances name request formats: each is answered as a request of its own, and
 * the replies become the predictions (C4.24). {@code stream} is without effect in them, and an
 * instance that is refused has its error in place where that was chosen (C4.25).
 *
 * <p>It uses as many threads as are free, at least its own.
 */
final class FormattedInstances<I, P> implements RawHandler<I, P> {
  private final List<JsonNode> instances = new ArrayList<>();
  private final RequestFormats<I, P> formats;
  private final HandlerThreads threads;
  private final InstanceErrors errors;
  private final AtomicInteger next = new AtomicInteger();

  FormattedInstances(
      JsonNode instances,
      RequestFormats<I, P> formats,
      HandlerThreads threads,
      InstanceErrors errors) {
    instances.forEach(this.instances::add);
    this.formats = formats;
    this.threads = threads;
    this.errors = errors;
  }

  @Override
  public RawReply handle(RawRequest request, BatchedPredictor<I, P> predictor) throws Exception {
    List<CompletableFuture<RawReply>> replies = new ArrayList<>();
    instances.forEach(instance -> replies.add(new CompletableFuture<>()));
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < replies.size(); i = next.getAndIncrement()) {
            answer(i, request, predictor, replies.get(i));
          }
        };
    share(work);
    work.run();
    return join(replies);
  }

  private void share(Runnable work) {
    boolean free = true;
    for (int helper = 1; free && helper < instances.size(); helper++) {
      free = threads.runIfFree(work);
    }
  }

  private void answer(
      int index,
      RawRequest request,
      BatchedPredictor<I, P> predictor,
      CompletableFuture<RawReply> promise) {
    try {
      RawReply reply = answer(index, request, predictor);
      if (Replies.isError(reply.status())) {
        beginNoMore();
      }
      promise.complete(reply);
    } catch (Throwable failure) { // the handler's code may throw anything, and somebody waits
      if (!hasPlace(failure)) {
        beginNoMore();
      }
      promise.completeExceptionally(failure);
    }
  }

  /** One that is under way already may yet fail too, and the first of them is the answer. */
  private void beginNoMore() {
    next.set(instances.size());
  }

  private boolean hasPlace(Throwable failure) {
    return errors == InstanceErrors.IN_PLACE && failure instanceof InvalidInputException;
  }

  private RawReply answer(int index, RawRequest request, BatchedPredictor<I, P> predictor)
      throws Exception {
    String place = "$.instances[" + index + "]";
    RawHandler<I, P> handler = formats.handler(instances.get(index), place);
    ((ObjectNode) instances.get(index)).remove("stream"); // it names a format, so it is an object
    RawRequest part = request.with(instances.get(index));
    try {
      return handler.handle(part, predictor);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(e.getMessage() + ", in " + place);
    }
  }

  private RawReply join(List<CompletableFuture<RawReply>> replies) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes("{\"predictions\":".getBytes(StandardCharsets.US_ASCII));
    char separator = '[';
    for (CompletableFuture<RawReply> promise : replies) {
      RawReply reply = get(promise);
      if (Replies.isError(reply.status())) {
        return reply;
      }
      if (reply.writer() != null) {
        throw new IllegalStateException("a request format streamed an instance's reply");
      }
      all.write(separator);
      all.writeBytes(reply.body());
      separator = ',';
    }
    all.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
    return RawReply.of("application/json", all.toByteArray());
  }

  private RawReply get(CompletableFuture<RawReply> promise) throws Exception {
    try {
      return promise.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause != null && hasPlace(cause)) {
        String text = String.valueOf(cause.getMessage());
        return RawReply.of("application/json", EnvelopeWriter.error(text));
      }
      throw cause instanceof Exception exception ? exception : e;
    }
  }
}
