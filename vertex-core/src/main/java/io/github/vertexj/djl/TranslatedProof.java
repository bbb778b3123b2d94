package io.github.vertexj.djl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.proof.BatchProof;
import io.github.vertexj.proof.Experiment;
import io.github.vertexj.proof.Finding;
import io.github.vertexj.proof.Forward;
import io.github.vertexj.proof.Joining;
import io.github.vertexj.proof.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the batches of a model behind a translator, shared by its workers: whether the
 * predictions of instances together are those of each alone, as far as JSON shows them.
 *
 * <p>Thread-safe.
 */
final class TranslatedProof {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The instances of requests that are kept until the proof. */
  private static final int MOST_KEPT = 5;

  /** Larger instances are not kept. */
  private static final int MOST_KEPT_BYTES = 1 << 20;

  /** After so many requests that told nothing, no more are tried. */
  private static final int MOST_TRIES = 64;

  private static final int MOST_JOINED_IN_PASSING = 5;

  private final PredictionWriter<Object> writer;
  private final double tolerance;
  private final List<Object> kept = new ArrayList<>();
  private volatile String why = "";
  private int tries;
  private volatile @Nullable Boolean joined;

  TranslatedProof(PredictionWriter<Object> writer, Joining joining, double tolerance) {
    this.writer = writer;
    this.tolerance = tolerance;
    this.joined =
        switch (joining) {
          case PROVEN -> null;
          case ALWAYS -> true;
          case NEVER -> false;
        };
  }

  /** Whether it is known what to do. */
  boolean decided() {
    return joined != null;
  }

  /** Whether instances run together. */
  boolean joined() {
    return Boolean.TRUE.equals(joined);
  }

  /** A phrase on what is known, for the line that says what is served. */
  String description() {
    return !decided()
        ? "batches not proven yet"
        : joined() ? "batches proven" : "instances run alone" + why;
  }

  /** Tries the instances of a request, together with those of others that came before. */
  synchronized void learn(Forward<Object> forward, List<Object> instances) {
    if (decided()) {
      return;
    }
    for (Object instance : instances) {
      for (Object like : TranslatorProbes.like(instance)) {
        if (kept.size() < MOST_KEPT && !kept.contains(like) && small(like)) {
          kept.add(like);
        }
      }
    }
    tries++;
    if (kept.size() > 1) {
      Finding finding =
          decide(new Experiment<>(forward, tolerance, MOST_JOINED_IN_PASSING).run(kept));
      if (decided()) {
        log(finding);
      } else if (kept.size() == MOST_KEPT) {
        kept.clear(); // others may tell more
      }
    }
    if (!decided() && tries >= MOST_TRIES) {
      joined = false;
      log(new Finding(Finding.Verdict.ALONE, "the first requests told nothing"));
    }
    if (decided()) {
      kept.clear();
    }
  }

  private static boolean small(Object instance) {
    return !(instance instanceof byte[] bytes) || bytes.length <= MOST_KEPT_BYTES;
  }

  private Finding decide(Finding finding) {
    if (finding.verdict() != Finding.Verdict.UNDECIDED) {
      joined = finding.joined();
    }
    return finding;
  }

  private void log(Finding finding) {
    if (finding.verdict() == Finding.Verdict.ALONE) {
      why = ": " + finding.sentence();
    }
    BatchProof.log(finding, Joining.PROVEN);
  }

  /** Predictions as outputs that can be compared. */
  Output output(List<Object> predictions) throws IOException {
    List<Output> each = new ArrayList<>();
    for (Object prediction : predictions) {
      each.add(PredictionOutput.of(List.of(json(prediction))));
    }
    return Output.list(each);
  }

  private JsonNode json(Object prediction) throws IOException {
    try (TokenBuffer buffer = new TokenBuffer(JSON, false)) {
      JsonGenerator generator = buffer;
      writer.write(prediction, generator);
      JsonNode node = JSON.readTree(buffer.asParser());
      return node == null ? JSON.nullNode() : node;
    }
  }
}
