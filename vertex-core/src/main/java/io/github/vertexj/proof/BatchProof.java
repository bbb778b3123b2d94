package io.github.vertexj.proof;

import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a model's batches, shared by all its workers: whether instances of different
 * callers may run in one call, and where each one's answer is then.
 *
 * <p>A prediction is what the model answers to an instance alone, each output without its first
 * dimension if that is the batch of one. Instances are joined only where that was seen to give the
 * same: on instances made up before the first request ({@link #prove}), or on the first real ones,
 * whose answers come from the runs alone until then. What is known holds for instances of the same
 * names, types and numbers of dimensions; others are tried anew.
 *
 * <p>How an engine uses it:
 *
 * <pre>{@code
 * BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
 * Forward<Tensors> forward = instances -> …;      // stacks, runs, gives the outputs whole
 * Predictor<Tensors, Tensors> predictor = proof.predictor(forward);          // one per worker
 * Finding finding = proof.prove(forward, List.of(Probes.of(specs, Map.of())), maxBatchSize);
 * }</pre>
 *
 * <p>{@code prove} is called while health still says 503, on one of the workers; where the inputs
 * are not known well enough to make instances up, it is left out, or finds nothing. The forward
 * throws {@link io.github.vertexj.InvalidInputException} for instances that the model cannot take.
 * Thread-safe; predictors are used by one thread each.
 */
public final class BatchProof {
  /** The tolerance for a model that computes in float32 or float64 on a CPU. */
  public static final double SINGLE_PRECISION = 1e-4;

  /** The tolerance for a model on a GPU, whose float32 products may have ten bits only. */
  public static final double GPU_PRECISION = 5e-3;

  /** The tolerance for a model that computes in float16 or bfloat16. */
  public static final double HALF_PRECISION = 3e-2;

  /** How to join all the same, for the log; the engine's settings have this name. */
  public static final String SETTING = "option.batching";

  private static final Logger LOG = LoggerFactory.getLogger(BatchProof.class);
  private static final int MOST_KINDS = 256;

  private final Joining joining;
  private final double tolerance;
  private volatile String why = "";
  private final ConcurrentMap<Kind, Known> kinds = new ConcurrentHashMap<>();

  /**
   * Creates a proof that knows nothing yet.
   *
   * @param tolerance the part of an output's largest number by which its floating-point numbers may
   *     differ and still be the same
   */
  public BatchProof(Joining joining, double tolerance) {
    this.joining = joining;
    this.tolerance = tolerance;
  }

  /**
   * Tries instances that were made up, or are samples, and logs what was found.
   *
   * @param probeSets sets of instances that can be stacked, the likeliest set first: another one is
   *     tried where the model fails on all of a set, or answers the same to all
   * @param maxBatchSize the largest batch that the model will be given
   * @return what was found; {@link Finding.Verdict#UNDECIDED} if no set told enough
   * @throws io.github.vertexj.DeviceLostException if the model can never run again
   */
  public Finding prove(Forward<Tensors> forward, List<List<Tensors>> probeSets, int maxBatchSize) {
    if (joining == Joining.NEVER) {
      Finding never = new Finding(Finding.Verdict.ALONE, SETTING + "=never");
      log(never);
      return never;
    }
    @Nullable Finding worst = null;
    Finding undecided = new Finding(Finding.Verdict.UNDECIDED, "no instance could be made up");
    for (List<Tensors> probes : probeSets) {
      Known known = known(probes.get(0));
      if (!known.triedEnough()) {
        Finding finding = known.learn(new Experiment<>(forward, tolerance, maxBatchSize), probes);
        if (finding.verdict() == Finding.Verdict.UNDECIDED) {
          undecided = finding;
        } else if (worst == null || worst.joined()) {
          worst = finding;
        }
      }
    }
    Finding finding = worst == null ? undecided : worst;
    log(finding);
    return finding;
  }

  /** Returns the predictor of a worker that runs this forward. */
  public Predictor<Tensors, Tensors> predictor(Forward<Tensors> forward) {
    return new ProvenPredictor(this, forward);
  }

  /** Whether it is known for good what is done with instances like this one. */
  public boolean decided(Tensors instance) {
    return known(instance).state() != null;
  }

  /** A phrase on what is known, for the line that says what is served. */
  public String description() {
    if (joining != Joining.PROVEN) {
      return SETTING + "=" + joining.text();
    }
    long known = kinds.values().stream().filter(each -> each.state() != null).count();
    boolean joined =
        kinds.values().stream()
            .map(Known::state)
            .allMatch(state -> state == null || state.joined());
    return known == 0
        ? "batches not proven yet"
        : joined ? "batches proven" : "instances run alone" + why;
  }

  double tolerance() {
    return tolerance;
  }

  /** What is known of instances like this one. */
  Known known(Tensors instance) {
    Kind kind = Kind.of(instance);
    Known known = kinds.get(kind);
    if (known == null) {
      known = new Known(kind, joining);
      if (kinds.size() < MOST_KINDS) {
        Known other = kinds.putIfAbsent(kind, known);
        known = other == null ? known : other;
      } else {
        known.giveUp();
      }
    }
    return known;
  }

  /** Logs a finding: what is not joined is worth a warning, since it is slower. */
  void log(Finding finding) {
    if (finding.verdict() == Finding.Verdict.ALONE) {
      why = ": " + finding.sentence();
    }
    log(finding, joining);
  }

  /** Logs what was found, as {@link #prove} does: for an engine that experiments itself. */
  public static void log(Finding finding, Joining joining) {
    if (finding.joined()) {
      LOG.info("Instances of different requests share a batch: {}", finding.sentence());
    } else if (joining == Joining.NEVER) {
      LOG.info("Each instance is run alone: {}", finding.sentence());
    } else if (joining == Joining.ALWAYS) {
      LOG.warn(
          "Instances of different requests share a batch since {}=always, although {}",
          SETTING,
          finding.sentence());
    } else if (finding.verdict() == Finding.Verdict.ALONE) {
      LOG.warn(
          "Each instance is run alone: {}. {}=always joins them all the same",
          finding.sentence(),
          SETTING);
    } else {
      LOG.info(
          "Whether instances may share a batch is not known yet: {}. The first real ones decide;"
              + " until then each is run alone",
          finding.sentence());
    }
  }

  /** What a kind of instances has in common, as far as a model's batches may depend on it. */
  record Kind(Tensors.Form form, List<String> names, List<String> tensors) {
    static Kind of(Tensors instance) {
      return new Kind(
          instance.form(),
          instance.names(),
          instance.list().stream().map(tensor -> tensor.type() + " " + sizes(tensor)).toList());
    }

    private static String sizes(io.github.vertexj.Tensor tensor) {
      StringBuilder sizes = new StringBuilder();
      for (int axis = 0; axis < tensor.shape().rank(); axis++) {
        sizes.append(Math.min(2, tensor.shape().dimension(axis))); // empty, one, or several
      }
      return sizes.toString();
    }
  }

  /** What is known of one kind. */
  static final class Known {
    /** After so many instances that told nothing, no more are tried. */
    private static final int MOST_TRIES = 16;

    private final Joining joining;
    private Layout layout = Layout.byItself();
    private boolean joined;
    private boolean decided;
    private int tries;
    private volatile @Nullable State state;

    /** What a predictor needs: read without a lock. */
    record State(Layout layout, boolean joined) {}

    Known(Kind kind, Joining joining) {
      this.joining = joining;
      if (joining == Joining.NEVER) {
        decide(Layout.byItself(), false);
      } else if (joining == Joining.ALWAYS) {
        decide(Layout.assumedRows(), true);
      }
    }

    /** What is known for good; null while instances are to be tried. */
    @Nullable State state() {
      return state;
    }

    /** Whether nothing more is to be learnt from instances that were made up. */
    synchronized boolean triedEnough() {
      return decided && (joining == Joining.PROVEN || tries > 0);
    }

    synchronized Layout layout() {
      return layout;
    }

    synchronized void giveUp() {
      decide(layout, false);
    }

    /** Tries instances, unless all is known. */
    synchronized Finding learn(Experiment<Tensors> experiment, List<Tensors> probes) {
      if (triedEnough()) {
        return new Finding(
            joined ? Finding.Verdict.JOINED : Finding.Verdict.ALONE, "it was found out before");
      }
      Experiment.Outcome outcome = experiment.compare(probes);
      boolean first = ++tries == 1;
      switch (outcome.finding().verdict()) {
        case JOINED -> {
          // what the first instances were given without a proof must not change its form
          boolean sameForm = first || layout.equals(outcome.layout().alone());
          decide(sameForm ? outcome.layout() : layout, sameForm || joining == Joining.ALWAYS);
        }
        case ALONE -> {
          if (joining != Joining.ALWAYS) {
            decide(first ? outcome.layout() : layout, false);
          }
        }
        case UNDECIDED -> {
          layout = first && joining != Joining.ALWAYS ? outcome.layout() : layout;
          if (tries >= MOST_TRIES) {
            giveUp();
          }
        }
      }
      return outcome.finding();
    }

    /** Never joins again: together, instances failed that are answered alone. */
    synchronized void separate() {
      decide(layout, false);
    }

    private void decide(Layout newLayout, boolean newJoined) {
      layout = newLayout;
      joined = newJoined;
      decided = true;
      state = new State(layout, joined);
    }
  }
}
