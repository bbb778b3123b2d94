package io.github.vertexj;

/**
 * A function that answers a whole request: of a media type, a request format or a route of its own.
 *
 * <p>It is for everything that is no envelope (C4.1, C4.14, C4.23): an image in the body, a reply
 * that is streamed, another protocol. What the model has to say it asks the {@link
 * BatchedPredictor}, whose batches the requests of all handlers and envelopes share. A provider
 * registers it with {@link Handlers}.
 *
 * <p>The call may block as long as it needs: it has a thread of its own, of which there is a
 * bounded number. Implementations must be thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
@FunctionalInterface
public interface RawHandler<I, P> {

  /**
   * Answers a request.
   *
   * @param predictor the model, for this request; only to be used until the reply is complete
   * @throws InvalidInputException if the caller's input is at fault: status 400 with its text
   * @throws OverloadedException if there is no room for this request: status 429
   * @throws Exception for any other failure: status 500 without its text
   */
  RawReply handle(RawRequest request, BatchedPredictor<I, P> predictor) throws Exception;
}
