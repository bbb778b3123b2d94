package io.github.vertexj.batch;

import io.github.vertexj.BatchPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits, and the decision what goes into the next batch.
 *
 * <p>First come, first served, in turns: the oldest slice always is in the next batch, joined by
 * whatever fits of those behind it; what is left of it goes back to the end. So neither odd
 * parameters nor a request of thousands of instances keeps others waiting for long.
 *
 * <p>Time is an argument. Not thread-safe: guarded by the batcher's lock.
 */
final class BatchQueue<I, P> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchQueue.class);

  private final BatchPolicy policy;
  private final long delay;
  private final BiPredicate<? super I, ? super I> stackable;
  private final Consumer<Pending<I, P>> dropped;
  private final ArrayDeque<Pending<I, P>> slices = new ArrayDeque<>();
  private int instances;
  private int occupied;
  private int arrivals;
  private boolean holding;

  /** Creates a queue that tells {@code dropped} which slices it removes since they are over. */
  BatchQueue(
      BatchPolicy policy,
      BiPredicate<? super I, ? super I> stackable,
      Consumer<Pending<I, P>> dropped) {
    this.policy = policy;
    this.delay = policy.maxBatchDelay().toNanos();
    this.holding = delay > 0;
    this.stackable = stackable;
    this.dropped = dropped;
  }

  /** The number of instances that wait. */
  int instances() {
    return instances;
  }

  /** The number of requests that wait, at least in part. */
  int requests() {
    return slices.size();
  }

  boolean isEmpty() {
    return slices.isEmpty();
  }

  /** Counts a request on its way in. */
  void arrival() {
    arrivals++;
  }

  /** Counts a request on its way in as here or gone; each is counted once by either. */
  void arrivalOver() {
    arrivals--;
  }

  /** Stops holding batches: nobody else will be let in. */
  void noMoreArrivals() {
    holding = false;
  }

  /** Takes in a request; false if there is no room for all of it. */
  boolean offer(Pending<I, P> slice) {
    if (!isEmpty() && slice.size() > policy.maxQueuedInstances() - occupied) {
      return false;
    }
    slices.add(slice);
    slice.submission().waiting = true;
    count(slice, 1);
    return true;
  }

  /** When the next batch may be taken: a past time or now, one to come, or never if empty. */
  long readyAt() {
    Pending<I, P> head = slices.peek();
    if (head == null) {
      return Deadlines.NEVER;
    }
    return held() ? head.since() + delay : head.since();
  }

  /** Whether a batch may be taken now. */
  boolean ready(long now) {
    return !isEmpty() && (!held() || !Deadlines.before(now, readyAt()));
  }

  private boolean held() {
    return holding && arrivals > 0 && instances < policy.maxBatchSize();
  }

  /** Takes the next batch of at most {@code limit} instances; null if nothing waits. */
  @Nullable Batch<I, P> next(int limit) {
    Pending<I, P> head = pollHead();
    if (head == null) {
      return null;
    }
    Pending<I, P> first = take(head, head.instance(0), limit);
    Batch<I, P> batch = new Batch<>(first);
    if (batch.size() < limit && !isEmpty()) {
      fill(batch, limit);
    }
    if (first != head) {
      slices.add(head); // its turn is over
    }
    return batch;
  }

  /** Removes the slices that are over. */
  void dropOver() {
    slices.removeIf(this::droppedIfOver);
  }

  /** Removes and returns all that waits. */
  List<Pending<I, P>> clear() {
    List<Pending<I, P>> all = new ArrayList<>(slices);
    slices.clear();
    all.forEach(this::left);
    return all;
  }

  private @Nullable Pending<I, P> pollHead() {
    Pending<I, P> head = slices.poll();
    while (head != null && droppedIfOver(head)) {
      head = slices.poll();
    }
    return head;
  }

  private void fill(Batch<I, P> batch, int limit) {
    Iterator<Pending<I, P>> rest = slices.iterator();
    while (batch.size() < limit && rest.hasNext()) {
      Pending<I, P> slice = rest.next();
      if (droppedIfOver(slice)) {
        rest.remove();
      } else if (joins(batch, slice)) {
        Pending<I, P> taken = take(slice, batch.first().instance(0), limit - batch.size());
        batch.add(taken);
        if (taken == slice) {
          rest.remove();
        }
      }
    }
  }

  private boolean joins(Batch<I, P> batch, Pending<I, P> slice) {
    return slice.submission().parameters().equals(batch.parameters())
        && stack(batch.first().instance(0), slice.instance(0));
  }

  /** Takes as many of a slice's first instances as stack with an instance, up to a limit. */
  private Pending<I, P> take(Pending<I, P> slice, I first, int limit) {
    int most = Math.min(limit, slice.size());
    int count = 1;
    while (count < most && stack(first, slice.instance(count))) {
      count++;
    }
    count(slice, -1);
    slice.submission().running++;
    Pending<I, P> taken = slice.take(count);
    if (taken == slice) {
      slice.submission().waiting = false;
    } else {
      count(slice, 1);
    }
    return taken;
  }

  private boolean stack(I first, I second) {
    try {
      return stackable.test(first, second);
    } catch (RuntimeException | Error e) {
      LOG.debug("Instances that cannot be compared do not share a batch", e);
      return false;
    }
  }

  private boolean droppedIfOver(Pending<I, P> slice) {
    boolean over = slice.submission().over();
    if (over) {
      left(slice);
      dropped.accept(slice);
    }
    return over;
  }

  private void left(Pending<I, P> slice) {
    count(slice, -1);
    slice.submission().waiting = false;
  }

  /**
   * Adds or subtracts a slice. A request larger than the whole queue, let in when it was empty,
   * occupies half of it at most: else it would keep everybody out until it is nearly done.
   */
  private void count(Pending<I, P> slice, int sign) {
    int most = policy.maxQueuedInstances();
    boolean oversized = slice.submission().instances().size() > most;
    instances += sign * slice.size();
    occupied += sign * (oversized ? Math.min(slice.size(), most / 2) : slice.size());
  }
}
