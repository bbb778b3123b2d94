package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way from a caller's instances to those of a model's own predictors, and from their
 * predictions back: what {@link ConvertingProvider}s put in front, taken apart for a server.
 *
 * <p>So each instance is converted once, where it is read, each prediction where it is written, and
 * the predictors do nothing else than predict. Providers and predictors that only pass on what
 * {@code ConvertingProvider}s gave them do not matter. Where one in front makes predictors of its
 * own, or says itself what is {@linkplain PredictorProvider#stackable stackable}, it has to see
 * what the caller sends, and all conversions behind it stay inside of the predictors.
 *
 * <p>As thread-safe as the conversions, which must be so.
 *
 * @param <I> an instance as the caller sends it
 * @param <P> a prediction as the caller gets it
 * @param <A> an instance as the predictors take it
 * @param <B> a prediction as the predictors make it
 */
public final class Conversion<I, P, A, B> {
  private final PredictorProvider<A, B> model;
  private final List<Predictor<A, B>> predictors;
  private final Function<I, A> toModel;
  private final Function<B, P> fromModel;
  private final boolean none;

  private Conversion(
      PredictorProvider<A, B> model,
      List<Predictor<A, B>> predictors,
      Function<I, A> toModel,
      Function<B, P> fromModel,
      boolean none) {
    this.model = model;
    this.predictors = List.copyOf(predictors);
    this.toModel = toModel;
    this.fromModel = fromModel;
    this.none = none;
  }

  /**
   * Takes the predictors of a provider apart.
   *
   * @param predictors made and warmed up by this provider, which is loaded; one for each worker
   */
  public static <I, P> Conversion<I, P, ?, ?> of(
      PredictorProvider<I, P> provider, List<Predictor<I, P>> predictors) {
    return new Conversion<>(
            provider, predictors, UnaryOperator.<I>identity(), UnaryOperator.<P>identity(), true)
        .innermost();
  }

  private Conversion<I, P, ?, ?> innermost() {
    PredictorProvider<A, B> next = model;
    while (next instanceof ForwardingProvider<A, B> forwarding && !forwarding.choosesStackable()) {
      next = forwarding.delegate();
    }
    Conversion<I, P, ?, ?> further =
        next instanceof ConvertingProvider<A, B, ?, ?> converting ? through(converting) : null;
    return further == null ? this : further.innermost();
  }

  private <C, D> @Nullable Conversion<I, P, C, D> through(ConvertingProvider<A, B, C, D> next) {
    List<Predictor<C, D>> behind = new ArrayList<>();
    for (Predictor<A, B> predictor : predictors) {
      Predictor<C, D> one = next.behind(predictor);
      if (one == null) {
        return null;
      }
      behind.add(one);
    }
    return new Conversion<>(
        next.behind(),
        behind,
        toModel.andThen(next::toModel),
        fromModel.compose(next::fromModel),
        false);
  }

  /** Whether there is none: the predictors take what the caller sends. */
  public boolean none() {
    return none;
  }

  /** The predictors that are left; closing them closes those they were taken from. */
  public List<Predictor<A, B>> predictors() {
    return predictors;
  }

  /**
   * Converts an instance.
   *
   * @throws InvalidInputException if it is not one the model can take
   */
  public A toModel(I instance) {
    return toModel.apply(instance);
  }

  /** Converts a prediction. */
  public P fromModel(B prediction) {
    return fromModel.apply(prediction);
  }

  /** Whether two instances of the predictors may stand in one batch. */
  public boolean stackable(A first, A second) {
    return model.stackable(first, second);
  }
}
