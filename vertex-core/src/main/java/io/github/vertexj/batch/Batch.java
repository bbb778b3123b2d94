package io.github.vertexj.batch;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one call of a predictor: slices of different requests with equal parameters.
 *
 * <p>Not changed once it is formed; handed from thread to thread under the dispatcher's lock.
 */
final class Batch<I, P> {
  private final ArrayList<Pending<I, P>> slices;
  private int size;

  Batch(Pending<I, P> first) {
    slices = new ArrayList<>(1);
    add(first);
  }

  private Batch(List<Pending<I, P>> slices) {
    this.slices = new ArrayList<>(slices);
    slices.forEach(slice -> size += slice.size());
  }

  void add(Pending<I, P> slice) {
    slices.add(slice);
    size += slice.size();
  }

  /** The number of instances. */
  int size() {
    return size;
  }

  /** One slice for each request, unless an instance from its midst was refused. */
  List<Pending<I, P>> slices() {
    return slices;
  }

  Pending<I, P> first() {
    return slices.get(0);
  }

  Parameters parameters() {
    return first().submission().parameters();
  }

  /** The instances in order, for reading only. */
  @SuppressWarnings("unchecked") // filled with instances of I alone
  List<I> instances() {
    if (slices.size() == 1) {
      return Collections.unmodifiableList(first().instances());
    }
    @Nullable Object[] all = new Object[size];
    int at = 0;
    for (Pending<I, P> slice : slices) {
      for (I instance : slice.instances()) {
        all[at++] = instance;
      }
    }
    return (List<I>) Collections.unmodifiableList(Arrays.asList(all));
  }

  /** Answers every request with its share of the predictions. */
  void succeed(@Nullable Object[] predictions) {
    int at = 0;
    for (Pending<I, P> slice : slices) {
      slice.succeed(predictions, at);
      at += slice.size();
    }
  }

  /** Fails every request that has a slice here. */
  void fail(Throwable failure) {
    slices.forEach(slice -> slice.fail(failure));
  }

  /** Drops the slices whose predictions nobody wants any more; returns the others, or null. */
  @Nullable Batch<I, P> withoutOver() {
    Batch<I, P> rest = this;
    for (Pending<I, P> slice : slices) {
      if (rest != null && slice.submission().over()) {
        rest = rest.without(slice);
        slice.drop();
      }
    }
    return rest;
  }

  /** Returns a batch of all slices but one; null if there is no other. */
  private @Nullable Batch<I, P> without(Pending<I, P> slice) {
    List<Pending<I, P>> rest = new ArrayList<>(slices);
    rest.remove(slice);
    return rest.isEmpty() ? null : new Batch<>(rest);
  }

  /** Refuses the instance at {@code index}; returns what is left to predict, or null. */
  @Nullable Batch<I, P> refuse(int index, InvalidInputException refusal) {
    List<Pending<I, P>> rest = new ArrayList<>();
    int from = 0;
    for (Pending<I, P> slice : slices) {
      int to = from + slice.size();
      boolean holdsIt = from <= index && index < to;
      rest.addAll(holdsIt ? slice.refuse(index - from, refusal) : List.of(slice));
      from = to;
    }
    return rest.isEmpty() ? null : new Batch<>(rest);
  }

  /** Whether every request would have a refused instance fail alone. */
  boolean separable() {
    return slices.stream().allMatch(slice -> slice.submission().separable());
  }

  /** Returns two batches with half of the requests each; for two slices or more. */
  List<Batch<I, P>> halves() {
    int cut = slices.size() / 2;
    return List.of(
        new Batch<>(slices.subList(0, cut)), new Batch<>(slices.subList(cut, slices.size())));
  }

  /** Returns batches of at most {@code limit} instances, cutting slices where needed. */
  List<Batch<I, P>> split(int limit) {
    List<Batch<I, P>> parts = new ArrayList<>();
    List<Pending<I, P>> part = new ArrayList<>();
    int room = limit;
    for (Pending<I, P> slice : slices) {
      for (boolean rest = true; rest; ) {
        int count = Math.min(room, slice.size());
        rest = count < slice.size();
        part.add(slice.take(count));
        room -= count;
        if (room == 0) {
          parts.add(new Batch<>(part));
          part.clear();
          room = limit;
        }
      }
    }
    if (!part.isEmpty()) {
      parts.add(new Batch<>(part));
    }
    return parts;
  }
}
