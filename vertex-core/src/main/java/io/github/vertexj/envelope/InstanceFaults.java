package io.github.vertexj.envelope;

import io.github.vertexj.InstanceErrors;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one request that get an error in their prediction's place, each with its
 * sentence ({@link InstanceErrors#IN_PLACE}, C5.22).
 *
 * <p>An instance's <em>place</em> is counted in the request; {@link PredictRequest#instances}
 * leaves out those that cannot be read or converted, so that no predictor meets them. Safe for use
 * by several threads once the request is read and its instances are converted.
 */
public final class InstanceFaults {
  /** Enough for any batch, and too few to keep a thread busy with explaining them. */
  static final int MOST_UNREADABLE = 1_000;

  private final Map<Integer, String> texts = new ConcurrentHashMap<>();
  private final BitSet unreadable = new BitSet();
  private int[] readable = {};
  private volatile @Nullable UnwritablePredictionException unwritten;

  InstanceFaults() {}

  /** Notes an instance that cannot be read; throws its fault again when there are too many. */
  void unreadable(int place, InvalidValueException fault) {
    if (unreadable.cardinality() == MOST_UNREADABLE) {
      throw fault;
    }
    unreadable.set(place);
    texts.put(place, String.valueOf(fault.getMessage()));
  }

  /** Says that all instances have been looked at. */
  void complete(int instances) {
    if (!unreadable.isEmpty()) {
      readable = IntStream.range(0, instances).filter(place -> !unreadable.get(place)).toArray();
    }
  }

  /** Returns the place of an instance by its index in {@link PredictRequest#instances}. */
  public int place(int index) {
    return unreadable.isEmpty() ? index : readable[index];
  }

  /** Puts an error in a prediction's place. */
  public void add(int place, String text) {
    texts.put(place, text);
  }

  /** One of the predictions that could not be written and have an error in their place. */
  public Optional<UnwritablePredictionException> unwritten() {
    return Optional.ofNullable(unwritten);
  }

  void unwritten(int place, UnwritablePredictionException fault) {
    unwritten = fault;
    add(place, String.valueOf(fault.getMessage()));
  }

  /** The error in a place; null if there is none. */
  public @Nullable String text(int place) {
    return texts.get(place);
  }

  /** Leaves out the instances that have an error by now, as if they could not have been read. */
  <A> List<@Nullable A> leaveOut(List<@Nullable A> instances) {
    List<@Nullable A> rest = new ArrayList<>(instances.size());
    BitSet refused = new BitSet();
    for (int index = 0; index < instances.size(); index++) {
      if (texts.containsKey(place(index))) {
        refused.set(place(index));
      } else {
        rest.add(instances.get(index));
      }
    }
    int places = instances.size() + unreadable.cardinality();
    unreadable.or(refused);
    complete(places);
    return rest;
  }

  /** Puts predictions, one for each instance that could be read, in their places. */
  <P> List<@Nullable P> inPlace(List<P> predictions) {
    if (unreadable.isEmpty()) {
      return Collections.unmodifiableList(predictions);
    }
    int places = readable.length + unreadable.cardinality();
    List<@Nullable P> all = new ArrayList<@Nullable P>(Collections.nCopies(places, null));
    for (int i = 0; i < readable.length; i++) {
      all.set(readable[i], predictions.get(i));
    }
    return all;
  }
}
