package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The three steps of a {@link LoadedModel}'s prediction, as a server runs them: an instance is
 * converted, a worker's predictor predicts a batch, a prediction is converted back.
 *
 * <p>So each instance is converted once, where it is read, each prediction where it is written, and
 * the predictors do nothing else than predict. Immutable; as thread-safe as the conversions, which
 * must be so.
 *
 * @param <I> an instance as a client sends it
 * @param <P> a prediction as a client gets it
 * @param <A> an instance as the predictors take it
 * @param <B> a prediction as the predictors make it
 */
public final class PredictionSteps<I, P, A, B> {
  private final Conversion<I, P, A, B> conversion;
  private final Making<I, A, B> making;
  private final BiPredicate<A, A> stackable;

  /** What makes a worker's predictor. */
  private interface Making<I, A, B> {
    WorkerPredictor<I, A, B> newPredictor(int worker) throws Exception;
  }

  private PredictionSteps(
      Conversion<I, P, A, B> conversion, Making<I, A, B> making, BiPredicate<A, A> stackable) {
    this.conversion = conversion;
    this.making = making;
    this.stackable = stackable;
  }

  /** Returns the steps of predictors that take what a client sends, any of it in one batch. */
  static <I, P> PredictionSteps<I, P, I, P> of(LoadedModel.Predictors<I, P> predictors) {
    return new PredictionSteps<>(
        Conversion.identity(),
        worker -> {
          Predictor<I, P> made = predictors.newPredictor(worker);
          return new WorkerPredictor<>(
              made, (samples, most) -> SampleWarmUp.run(made, samples, most));
        },
        (first, second) -> true);
  }

  /** Returns the steps of predictors that take what a client sends together with its request. */
  static <I, P> PredictionSteps<I, P, Received<I>, P> receiving(
      LoadedModel.Predictors<Received<I>, P> predictors) {
    return new PredictionSteps<>(
        Conversion.receiving(),
        worker -> {
          Predictor<Received<I>, P> made = predictors.newPredictor(worker);
          Predictor<I, P> inside = new ConvertingPredictor<>(made, Conversion.receiving());
          return new WorkerPredictor<>(
              made, (samples, most) -> SampleWarmUp.run(inside, samples, most));
        },
        (first, second) -> true);
  }

  /** Whether there are conversions; if not, I is A, and P is B. */
  public boolean converts() {
    return !conversion.none();
  }

  /**
   * Converts an instance.
   *
   * @param request what the predictors may know of its request
   * @throws InvalidInputException if it is not one the model can take
   */
  public A toModel(I instance, ReceivedRequest request) {
    return conversion.toModel().apply(instance, request);
  }

  private A toModel(I instance) {
    return toModel(instance, ReceivedRequest.NONE);
  }

  /**
   * Converts a prediction.
   *
   * @throws InvalidInputException if its instance turns out to be at fault
   */
  public P fromModel(B prediction) {
    return conversion.fromModel().apply(prediction);
  }

  /** Whether two instances of the predictors may stand in one batch; quick. */
  public boolean stackable(A first, A second) {
    return stackable.test(first, second);
  }

  /** Makes the predictor of a worker, a number from 0. */
  public WorkerPredictor<I, A, B> newPredictor(int worker) throws Exception {
    return making.newPredictor(worker);
  }

  /**
   * Makes the predictors of workers; on a failure those that were made are closed.
   *
   * @param workers how many, at least 1
   */
  public List<WorkerPredictor<I, A, B>> newPredictors(int workers) throws Exception {
    List<WorkerPredictor<I, A, B>> predictors = new ArrayList<>();
    try {
      for (int worker = 0; worker < workers; worker++) {
        predictors.add(newPredictor(worker));
      }
      return predictors;
    } catch (Throwable failure) {
      predictors.forEach(Predictor::close);
      throw failure;
    }
  }

  /** Returns these steps with the conversions inside of the predictors. */
  PredictionSteps<I, P, I, P> inside() {
    return new PredictionSteps<>(
        Conversion.identity(),
        worker -> {
          WorkerPredictor<I, A, B> made = newPredictor(worker);
          return new WorkerPredictor<>(inside(made), made::warmUp);
        },
        (first, second) -> stackable(toModel(first), toModel(second)));
  }

  @SuppressWarnings("unchecked") // without conversions A is I, and B is P
  private Predictor<I, P> inside(Predictor<A, B> predictor) {
    return conversion.none()
        ? (Predictor<I, P>) predictor
        : new ConvertingPredictor<>(predictor, conversion);
  }

  <J, Q> PredictionSteps<J, Q, A, B> converted(Function<J, I> toModel, Function<P, Q> fromModel) {
    return new PredictionSteps<>(
        conversion.after(toModel, fromModel),
        worker -> {
          WorkerPredictor<I, A, B> made = newPredictor(worker);
          return new WorkerPredictor<>(
              made, (samples, most) -> made.warmUp(Conversion.each(samples, toModel), most));
        },
        stackable);
  }

  /**
   * Returns the steps of predictors in front of these, which are closed after those.
   *
   * @throws IllegalStateException if these take requests, which they would not get
   */
  PredictionSteps<I, P, I, P> mapped(UnaryOperator<Predictor<I, P>> mapping) {
    if (conversion.receives()) {
      throw new IllegalStateException(
          "predictors that take instances with their requests cannot have others in front; put"
              + " those there where they are made");
    }
    PredictionSteps<I, P, I, P> inside = inside();
    return new PredictionSteps<>(
        inside.conversion,
        worker -> {
          WorkerPredictor<I, I, P> made = inside.newPredictor(worker);
          return new WorkerPredictor<>(FrontPredictor.of(mapping, made), made::warmUp);
        },
        inside.stackable);
  }

  /** Returns these steps with another warm-up. */
  PredictionSteps<I, P, A, B> warmedUp(LoadedModel.WarmUp<I, P> warmUp) {
    return new PredictionSteps<>(
        conversion,
        worker -> {
          WorkerPredictor<I, A, B> made = newPredictor(worker);
          Predictor<I, P> inside = inside(made);
          return new WorkerPredictor<>(made, (samples, most) -> warmUp.run(inside, samples, most));
        },
        stackable);
  }

  /** Returns these steps with another idea of what may stand in one batch. */
  PredictionSteps<I, P, ?, ?> stackedBy(BiPredicate<I, I> rule) {
    if (conversion.receives()) {
      return new PredictionSteps<>(
          Conversion.receiving(),
          this::newReceivingPredictor,
          (first, second) -> rule.test(first.instance(), second.instance()));
    }
    PredictionSteps<I, P, I, P> inside = inside();
    return new PredictionSteps<>(inside.conversion, inside.making, rule);
  }

  private WorkerPredictor<I, Received<I>, P> newReceivingPredictor(int worker) throws Exception {
    WorkerPredictor<I, A, B> made = newPredictor(worker);
    Conversion<Received<I>, P, A, B> inside =
        new Conversion<>(
            (received, none) -> toModel(received.instance(), received.request()),
            conversion.fromModel(),
            false,
            false);
    return new WorkerPredictor<>(new ConvertingPredictor<>(made, inside), made::warmUp);
  }
}
