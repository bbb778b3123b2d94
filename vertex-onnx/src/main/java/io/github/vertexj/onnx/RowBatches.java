package io.github.vertexj.onnx;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.BatchProof;
import io.github.vertexj.proof.Finding;
import io.github.vertexj.proof.Joining;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model's batches of rows, shared by all its workers: whether rows of different
 * callers may run in one call.
 *
 * <p>A {@link BatchProof} compares tensors, so that for it a row is its number among those that are
 * tried. Thread-safe.
 */
final class RowBatches {
  /** After so many attempts that told nothing, no more are made. */
  private static final int MOST_TRIES = 16;

  private static final int MOST_ROWS_TRIED = 10;
  private static final int MOST_JOINED_IN_PASSING = 5;

  private final BatchProof proof;
  private final int mostInPassing;
  private final List<Map<String, @Nullable Object>> seen = new ArrayList<>();
  private int tries;
  private volatile boolean joined;
  private volatile boolean decided;

  RowBatches(Joining joining, Signature signature) {
    mostInPassing = signature.mostRows(MOST_JOINED_IN_PASSING);
    proof = new BatchProof(joining, BatchProof.SINGLE_PRECISION);
    joined = joining == Joining.ALWAYS;
    decided = joining != Joining.PROVEN;
  }

  /** A phrase on what is known, for the line that says what is served. */
  String description() {
    return proof.description();
  }

  /** Tries rows that were made up or are samples. */
  synchronized void prove(
      RowForward forward, List<List<Map<String, @Nullable Object>>> sets, int maxBatchSize) {
    for (List<Map<String, @Nullable Object>> rows : sets) {
      Finding finding =
          proof.prove(
              places -> RowForward.output(forward.run(rows(places, rows))),
              List.of(places(rows.size())),
              maxBatchSize);
      if (finding.verdict() != Finding.Verdict.UNDECIDED) {
        joined |= finding.joined();
        decided = true;
        break;
      }
    }
  }

  private static List<Tensors> places(int count) {
    return LongStream.range(0, count)
        .mapToObj(place -> Tensors.of(Tensor.of(new long[] {place})))
        .toList();
  }

  private static List<Map<String, @Nullable Object>> rows(
      List<Tensors> places, List<Map<String, @Nullable Object>> rows) {
    List<Map<String, @Nullable Object>> chosen = new ArrayList<>(places.size());
    for (Tensors place : places) {
      chosen.add(rows.get((int) place.get(0).integer(0)));
    }
    return chosen;
  }

  /** Returns the predictor of a worker. */
  Predictor<Map<String, @Nullable Object>, Map<String, Object>> predictor(RowForward forward) {
    return (List<Map<String, @Nullable Object>> rows, Parameters parameters) ->
        predict(forward, rows);
  }

  private List<Map<String, Object>> predict(
      RowForward forward, List<Map<String, @Nullable Object>> rows) {
    if (!decided) {
      learn(forward, rows);
    }
    if (rows.size() == 1 || joined) {
      return RowForward.predictions(forward.run(rows), rows.size());
    }
    List<Map<String, Object>> predictions = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      try {
        predictions.addAll(RowForward.predictions(forward.run(rows.subList(i, i + 1)), 1));
      } catch (InvalidInputException e) {
        InvalidInputException named = InvalidInputException.at(i, String.valueOf(e.getMessage()));
        named.initCause(e);
        throw named;
      }
    }
    return predictions;
  }

  /** Tries the first real rows, once there are several. */
  private synchronized void learn(RowForward forward, List<Map<String, @Nullable Object>> rows) {
    if (decided) {
      return;
    }
    for (Map<String, @Nullable Object> row : rows) {
      if (row != null && seen.size() < MOST_ROWS_TRIED && !seen.contains(row)) {
        seen.add(row);
      }
    }
    if (seen.size() > 1) {
      tries++;
      prove(forward, List.of(List.copyOf(seen)), mostInPassing);
      decided |= tries >= MOST_TRIES;
    }
  }
}
