package io.github.vertexj;

/**
 * The outcome of one preflight check.
 *
 * <p>Immutable and thread-safe.
 *
 * @param subject what was looked at, two or three words
 * @param verdict whether the server can start with it
 * @param finding what was found, one line
 * @param remedy what to change, one line; empty if {@link Verdict#PASSED}
 */
public record Check(String subject, Verdict verdict, String finding, String remedy) {

  /** How a check ended. */
  public enum Verdict {
    /** All is well. */
    PASSED,
    /** The server starts, but worse than it could. */
    WARNED,
    /** The server cannot start. */
    FAILED
  }

  /** Returns a passed check. */
  public static Check passed(String subject, String finding) {
    return new Check(subject, Verdict.PASSED, finding, "");
  }

  /** Returns a warning. */
  public static Check warned(String subject, String finding, String remedy) {
    return new Check(subject, Verdict.WARNED, finding, remedy);
  }

  /** Returns a failed check. */
  public static Check failed(String subject, String finding, String remedy) {
    return new Check(subject, Verdict.FAILED, finding, remedy);
  }
}
