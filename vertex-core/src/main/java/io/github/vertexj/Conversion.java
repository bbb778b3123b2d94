package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The way from a caller's instances to those of a model's predictors, and from their predictions
 * back.
 *
 * @param none whether it changes nothing: I is A, and P is B
 * @param receives whether predictors are told of requests
 */
record Conversion<I, P, A, B>(
    In<I, A> toModel, Function<B, P> fromModel, boolean none, boolean receives) {

  /** The conversion of an instance. */
  interface In<I, A> {
    A apply(I instance, ReceivedRequest request);
  }

  static <I, P> Conversion<I, P, I, P> identity() {
    return new Conversion<>((instance, request) -> instance, UnaryOperator.identity(), true, false);
  }

  static <I, P> Conversion<I, P, Received<I>, P> receiving() {
    return new Conversion<>(Received::new, UnaryOperator.identity(), false, true);
  }

  /** Returns this conversion with another before it. */
  <J, Q> Conversion<J, Q, A, B> after(Function<J, I> toModel, Function<P, Q> fromModel) {
    return new Conversion<>(
        (instance, request) -> this.toModel.apply(toModel.apply(instance), request),
        fromModel.compose(this.fromModel),
        false,
        receives);
  }

  /**
   * Converts a list.
   *
   * @throws InvalidInputException with the index of the element that is refused
   */
  @SuppressWarnings("NullAway") // an instance may be null, as Predictor says of its I
  static <X, Y> List<Y> each(List<X> all, Function<X, Y> conversion) {
    List<Y> converted = new ArrayList<>(all.size());
    for (X element : all) {
      try {
        converted.add(conversion.apply(element));
      } catch (InvalidInputException e) { // which instance it is, is known only here
        throw InvalidInputException.at(converted.size(), String.valueOf(e.getMessage()));
      }
    }
    return converted;
  }
}
