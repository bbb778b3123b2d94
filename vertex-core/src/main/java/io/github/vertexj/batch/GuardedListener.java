package io.github.vertexj.batch;

import io.github.vertexj.DeviceLostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener whose faults are logged instead of hitting the batch it watches. */
final class GuardedListener implements BatchListener {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  private final BatchListener delegate;

  GuardedListener(BatchListener delegate) {
    this.delegate = delegate;
  }

  @Override
  public void onBatch(int instances, long queuedNanos, long runNanos) {
    if (delegate != NONE) {
      guard(() -> delegate.onBatch(instances, queuedNanos, runNanos));
    }
  }

  @Override
  public void onFailure(int instances, Throwable failure) {
    guard(() -> delegate.onFailure(instances, failure));
  }

  @Override
  public void onRejected(int instances) {
    guard(() -> delegate.onRejected(instances));
  }

  @Override
  public void onDeadlineExceeded(int instances) {
    guard(() -> delegate.onDeadlineExceeded(instances));
  }

  @Override
  public void onDeviceLost(DeviceLostException failure) {
    guard(() -> delegate.onDeviceLost(failure));
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("The batch listener failed", e);
    }
  }
}
