package io.github.vertexj.env;

/**
 * Thrown when the environment holds a value the server cannot start with; the message is one line
 * that names the variable, its value and the rule, or says what to set.
 */
public final class InvalidEnvironmentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_VALUE = 60;

  /** Creates an exception with a one-line message. */
  public InvalidEnvironmentException(String message) {
    super(message);
  }

  /** Returns the exception for one variable, whose value is made printable and shortened. */
  static InvalidEnvironmentException of(String variable, String value, String rule) {
    return new InvalidEnvironmentException(variable + " is \"" + printable(value) + "\": " + rule);
  }

  private static String printable(String value) {
    String line = value.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\u2028\u2029]", "?");
    return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "…";
  }
}
