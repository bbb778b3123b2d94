package io.github.vertexj;

/**
 * Thrown when the caller's input is at fault; the caller sees its text with status 400.
 *
 * <p>The text should name what to change and must not repeat the input. Where the fault lies in one
 * instance, {@link #at} says which: then only the request that holds it fails, at once, or under
 * {@link InstanceErrors#IN_PLACE} that instance alone. Where it lies in the parameters, {@link
 * #inParameters} says so: the request fails as a whole, at once. Without either the instance has to
 * be searched for by further calls.
 */
public final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int UNKNOWN = -1;
  private static final int PARAMETERS = -2;

  private final int index;

  /** Creates an exception for input as a whole. */
  public InvalidInputException(String message) {
    this(UNKNOWN, message);
  }

  private InvalidInputException(int index, String message) {
    super(message);
    this.index = index;
  }

  /**
   * Returns an exception for one instance.
   *
   * @param index the instance's place in the list that {@link Predictor#predict} was given
   */
  public static InvalidInputException at(int index, String message) {
    if (index < 0) {
      throw new IllegalArgumentException("index must not be negative: " + index);
    }
    return new InvalidInputException(index, message);
  }

  /** Returns an exception for the parameters of a request, which all its instances share. */
  public static InvalidInputException inParameters(String message) {
    return new InvalidInputException(PARAMETERS, message);
  }

  /** Whether the fault lies in the parameters. */
  public boolean concernsParameters() {
    return index == PARAMETERS;
  }

  /** The place of the instance at fault in the list given to the predictor; -1 if not known. */
  public int index() {
    return Math.max(UNKNOWN, index);
  }
}
