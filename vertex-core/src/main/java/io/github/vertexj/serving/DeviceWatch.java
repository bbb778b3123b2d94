package io.github.vertexj.serving;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.batch.BatchListener;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that tells when a device is lost and passes everything on to another.
 *
 * @param next who is told everything
 * @param lost who is told of a lost device first
 */
record DeviceWatch(BatchListener next, Consumer<DeviceLostException> lost)
    implements BatchListener {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);

  @Override
  public void onDeviceLost(DeviceLostException failure) {
    LOG.error("A device is lost for good; health says 503 from now on", failure);
    lost.accept(failure);
    next.onDeviceLost(failure);
  }

  @Override
  public void onBatch(int instances, long queuedNanos, long runNanos) {
    next.onBatch(instances, queuedNanos, runNanos);
  }

  @Override
  public void onFailure(int instances, Throwable failure) {
    next.onFailure(instances, failure);
  }

  @Override
  public void onRejected(int instances) {
    next.onRejected(instances);
  }

  @Override
  public void onDeadlineExceeded(int instances) {
    next.onDeadlineExceeded(instances);
  }
}
