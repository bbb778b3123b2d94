package io.github.vertexj.conformance;

/**
 * One sentence of the contract between the platform and a container, and how to find out whether a
 * server keeps it.
 *
 * @param clause the number of the clause, {@code C1.31}; several checks may share one
 * @param sentence what has to be true of the server
 */
record Check(String clause, Certainty certainty, String sentence, Trial trial) {

  /** Finds out whether a server keeps a clause. */
  @FunctionalInterface
  interface Trial {
    /**
     * Returns normally if the clause is kept, and throws what else it found.
     *
     * @return what was seen, for the report; may be empty
     */
    String on(Target target) throws Verdict, InterruptedException;
  }

  static Check documented(String clause, String sentence, Trial trial) {
    return new Check(clause, Certainty.DOCUMENTED, sentence, trial);
  }

  static Check assumed(String clause, String sentence, Trial trial) {
    return new Check(clause, Certainty.ASSUMED, sentence, trial);
  }
}
