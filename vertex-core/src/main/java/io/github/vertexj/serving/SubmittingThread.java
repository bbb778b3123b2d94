package io.github.vertexj.serving;

import java.util.concurrent.Executor;

/**
 * An executor that runs tasks at once while the thread that submits a request is at it, as it is
 * when a predictor was free: then no hand-off is needed. Other threads' tasks, a batch worker's or
 * the clock's, go to another executor.
 */
final class SubmittingThread implements Executor {
  private final Thread thread = Thread.currentThread();
  private final Executor others;
  private boolean returned; // only ever touched by the thread itself

  SubmittingThread(Executor others) {
    this.others = others;
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() == thread && !returned) {
      task.run();
    } else {
      others.execute(task);
    }
  }

  /** Says that the request is submitted: from now on this thread is like any other. */
  void returned() {
    returned = true;
  }
}
