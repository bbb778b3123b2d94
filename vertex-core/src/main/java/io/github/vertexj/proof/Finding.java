package io.github.vertexj.proof;

/**
 * What is known about the batches of a model, for the log and the doctor.
 *
 * <p>Immutable and thread-safe.
 *
 * @param verdict what is done with the instances of different callers
 * @param sentence which output, what was seen, and what follows; one line
 */
public record Finding(Verdict verdict, String sentence) {

  /** What is done with the instances of different callers. */
  public enum Verdict {
    /** They run in one call. */
    JOINED,
    /** Each has a call of its own, since the model was seen to answer something else together. */
    ALONE,
    /** Each has a call of its own until a proof is found. */
    UNDECIDED
  }

  /** Whether instances run in one call. */
  public boolean joined() {
    return verdict == Verdict.JOINED;
  }
}
