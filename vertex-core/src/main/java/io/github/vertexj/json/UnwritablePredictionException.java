package io.github.vertexj.json;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a prediction, or the metadata, cannot be written as strict JSON.
 *
 * <p>Its message is one clear sentence that ends with a JSON path, such as {@code the prediction
 * holds NaN, which JSON cannot carry, at $.predictions[3].probabilities[7]}. It names no class and,
 * apart from field names in the path, repeats nothing of the prediction; what another library said
 * is the cause.
 */
public final class UnwritablePredictionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final String TOO_DEEP =
      "is nested deeper than 1,000 levels, perhaps because it refers to itself,";

  /** What is wrong, to be said of a value. */
  private final String fault;

  /** Where, as far as is known yet. */
  private final String path;

  /** Creates an exception about a value itself. */
  public UnwritablePredictionException(String fault) {
    this("the value", fault, "", null);
  }

  private UnwritablePredictionException(
      String subject, String fault, String path, @Nullable Throwable cause) {
    super(subject + " " + fault + " at " + path, cause);
    this.fault = fault;
    this.path = path;
  }

  public static UnwritablePredictionException notFinite(double value) {
    return new UnwritablePredictionException(
        "holds "
            + (Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
            + ", which JSON cannot carry,");
  }

  public static UnwritablePredictionException causedBy(Throwable cause) {
    return new UnwritablePredictionException("the value", "cannot be written as JSON", "", cause);
  }

  /** The same fault of a value that stands at a path within another. */
  public UnwritablePredictionException within(String outer) {
    return about("the value", outer);
  }

  /** The same fault, said of what stands at a path in the reply. */
  public UnwritablePredictionException about(String subject, String outer) {
    return new UnwritablePredictionException(subject, fault, outer + path, getCause());
  }
}
