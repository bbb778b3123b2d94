package io.github.vertexj.serving;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.PredictionSteps;
import io.github.vertexj.batch.PredictorFailedException;
import io.github.vertexj.envelope.InstanceFaults;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.formats.Exchange;
import io.github.vertexj.formats.WrittenReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The conversions in front of a model's predictors, run for one request at a time by whichever
 * thread reads it and whichever writes its reply.
 *
 * <p>An element that is refused fails its own request, or has its error in place; whatever else is
 * thrown fails that request. Thread-safe.
 */
final class Conversions<I, P, A, B> {
  private final PredictionSteps<I, P, A, B> steps;
  private final UnderWay underWay = new UnderWay();

  Conversions(PredictionSteps<I, P, A, B> steps) {
    this.steps = steps;
  }

  /** Whether there are none, and no code of an author runs here. */
  boolean none() {
    return !steps.converts();
  }

  /**
   * Returns an exchange as the predictors see it: its instances are converted now, and predictions
   * when they are written.
   *
   * @param exchange closed with the one that is returned, or if there is none
   * @param call whose reply is promised; once that is done, nothing more is converted
   * @param deadlineNanos when it has to be
   * @throws InvalidInputException if an instance is refused and has no place for its error
   * @throws CancellationException if the promise was done before
   * @throws RuntimeException if another thing is wrong
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // without conversions A is I and B is P; see each
  Exchange<A, B> convert(Exchange<I, P> exchange, Call call, long deadlineNanos) {
    if (none()) {
      return (Exchange<A, B>) exchange;
    }
    PredictRequest<I> request = exchange.request();
    CompletableFuture<Reply> promise = call.reply();
    CallRequest of = new CallRequest(call.head().headers(), promise::isDone, deadlineNanos);
    try {
      underWay.begin(promise);
      List<@Nullable A> instances =
          each(
              request.instances(),
              instance -> steps.toModel(instance, of),
              request.faults(),
              promise::isDone);
      return new Converted(exchange, request.with(instances), promise);
    } catch (Throwable failure) {
      request.close();
      throw failure;
    }
  }

  /**
   * Predicts on behalf of a caller that waits for it.
   *
   * @param request of the caller; once it is abandoned, nothing more is converted
   * @param predictor predicts the converted instances
   * @return the predictions, unmodifiable
   */
  @SuppressWarnings("unchecked") // if there are no conversions, A is I and B is P
  List<P> predict(List<I> instances, CallRequest request, Function<List<A>, List<B>> predictor) {
    if (none()) {
      return (List<P>) predictor.apply((List<A>) instances);
    }
    return underWay.callUnlessClosed(
        () -> {
          List<A> converted =
              each(
                  instances,
                  instance -> steps.toModel(instance, request),
                  null,
                  request::abandoned);
          List<B> predictions = predictor.apply(converted);
          return Collections.unmodifiableList(
              each(predictions, steps::fromModel, null, request::abandoned));
        });
  }

  /** An exchange behind the conversions, whose reply is promised. */
  private final class Converted implements Exchange<A, B> {
    private final Exchange<I, P> exchange;
    private final PredictRequest<A> request;
    private final CompletableFuture<Reply> promise;

    Converted(
        Exchange<I, P> exchange, PredictRequest<A> request, CompletableFuture<Reply> promise) {
      this.exchange = exchange;
      this.request = request;
      this.promise = promise;
    }

    @Override
    public PredictRequest<A> request() {
      return request;
    }

    @Override
    public WrittenReply write(List<B> predictions, @Nullable Object metadata) {
      List<P> converted = each(predictions, steps::fromModel, request.faults(), promise::isDone);
      return exchange.write(converted, metadata);
    }
  }

  /** Converts each element that has no error in its place; null stands for the others. */
  @SuppressWarnings("NullAway") // elements may be null, as Predictor says
  private <X, Y> List<Y> each(
      List<X> all,
      Function<X, Y> conversion,
      @Nullable InstanceFaults faults,
      BooleanSupplier over) {
    return underWay.call(() -> inOrder(all, conversion, faults, over));
  }

  @SuppressWarnings("NullAway") // as above
  private static <X, Y> List<Y> inOrder(
      List<X> all,
      Function<X, Y> conversion,
      @Nullable InstanceFaults faults,
      BooleanSupplier over) {
    List<Y> converted = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      if (over.getAsBoolean()) {
        throw new CancellationException("nobody waits for the reply any more");
      }
      boolean atFault = faults != null && faults.text(faults.place(i)) != null;
      converted.add(atFault ? null : one(all.get(i), i, conversion, faults));
    }
    return converted;
  }

  private static <X, Y> @Nullable Y one(
      X element, int index, Function<X, Y> conversion, @Nullable InstanceFaults faults) {
    try {
      return conversion.apply(element);
    } catch (InvalidInputException e) { // which instance it is, is known only here
      InvalidInputException refusal =
          InvalidInputException.at(index, String.valueOf(e.getMessage()));
      if (faults == null) {
        throw refusal;
      }
      Replies.inPlace(refusal, faults);
      return null;
    } catch (Throwable e) { // an author's code may throw anything, and it is no caller's fault
      throw new PredictorFailedException("An instance or prediction could not be converted", e);
    }
  }

  /** Lets no more requests begin, and waits for those that have; returns whether all are over. */
  boolean close(Duration patience) {
    return underWay.close(patience);
  }

  /** Answers the requests that are not over. */
  void giveUp() {
    underWay.giveUp();
  }
}
