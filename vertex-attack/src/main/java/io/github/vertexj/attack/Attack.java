package io.github.vertexj.attack;

import java.time.Duration;

/**
 * A way of one client to do harm to the others of a server.
 *
 * @param name by which one run chooses it: {@code memory/parameters}
 * @param model what the server has to predict with, for the harm to be possible
 * @param ruin whether the server may end, and be started anew: only then may good requests fail
 *     meanwhile
 * @param harm what is done
 */
record Attack(String name, VictimModel model, boolean ruin, Harm harm) {

  /** The doing of harm. */
  @FunctionalInterface
  interface Harm {
    /**
     * Does harm for about so long; how the server answers is of no interest.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void to(Target target, Duration time) throws InterruptedException;
  }

  /** An attack that the server must live through with all good requests answered. */
  static Attack survivable(String name, Harm harm) {
    return new Attack(name, VictimModel.JSON, false, harm);
  }

  /** The same for a model of tensors. */
  static Attack onTensors(String name, Harm harm) {
    return new Attack(name, VictimModel.TENSOR, false, harm);
  }

  /** An attack after which the server may have to be replaced. */
  static Attack ruinous(String name, Harm harm) {
    return new Attack(name, VictimModel.JSON, true, harm);
  }

  @Override
  public String toString() {
    return name;
  }
}
